package potluck.server.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.TestServer;

/** The list of providers, and the test of a credential before an account is added. */
class ProbeIT {
  private final TestServer server = TestServer.shared();
  private final String token = server.user("probe-" + UUID.randomUUID().toString().substring(0, 8));

  @Test
  void providersSayWhatTheFormNeeds() {
    JsonNode anthropic = provider(server.call("GET", "/api/providers", token, null), "anthropic");
    assertThat(anthropic.path("label").asText()).isEqualTo("Anthropic");
    assertThat(anthropic.path("needs_base_url").asBoolean()).isFalse();
    assertThat(anthropic.path("key_page").asText()).startsWith("https://");
    assertThat(anthropic.path("hint").asText()).contains("key");
    TestServer.Response chinese = server.callInChinese("GET", "/api/providers", token, null);
    assertThat(provider(chinese, "anthropic").path("hint").asText()).contains("密钥");
    assertThat(provider(chinese, "vllm").path("needs_base_url").asBoolean()).isTrue();
    assertThat(provider(chinese, "bedrock-claude").path("auth").asText()).isEqualTo("aws");
    assertThat(chinese.text()).doesNotContain("\"demo\"");
  }

  @Test
  void probeAsksACheapListedModelInEachDialect() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      for (String[] each :
          new String[][] {
            {"openai-compatible", "/v1", "gpt-4.1-mini"},
            {"anthropic-compatible", "", "claude-opus-4-8"},
            {"gemini-compatible", "", "gemini-2.5-flash"}
          }) {
        JsonNode data = probe(each[0], upstream.address() + each[1], null).json().path("data");
        assertThat(data.path("served").asBoolean()).as(data.toString()).isTrue();
        assertThat(data.path("model").asText()).isEqualTo(each[2]);
        assertThat(data.path("models").size()).isGreaterThan(1);
      }
      assertThat(
              server
                  .call("GET", "/api/plugin-api/accounts", token, null)
                  .json()
                  .path("data")
                  .size())
          .isZero();
    }
  }

  @Test
  void probeRepeatsTheProvidersWordsWithoutTheKey() throws IOException {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      upstream.setDefaultScript(Script.PLAIN.withFault(Fault.status(401)));
      TestServer.Response said = probe("openai-compatible", upstream.address() + "/v1", "gpt-5");
      JsonNode data = said.json().path("data");
      assertThat(data.path("served").asBoolean()).isFalse();
      assertThat(data.path("status").asInt()).isEqualTo(401);
      assertThat(data.path("error").asText()).isNotEmpty();
      assertThat(said.text()).doesNotContain("sk-probed-secret");
    }
  }

  @Test
  void probeRefusesForbiddenAddressesAndUnknownFields() {
    TestServer.Response inside = probe("openai-compatible", "http://169.254.169.254/v1", "m");
    assertThat(inside.status()).isEqualTo(400);
    assertThat(inside.text()).contains("not allowed");
    TestServer.Response unknown =
        server.call(
            "POST",
            "/api/plugin-api/accounts/probe",
            token,
            "{\"provider\":\"openai\",\"api_key\":\"sk-probed-secret\",\"stored\":true}");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.text()).contains("stored").doesNotContain("sk-probed-secret");
  }

  @Test
  void probesAreLimited() throws IOException {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      for (int i = 0; i < 20; i++) {
        assertThat(probe("openai-compatible", upstream.address() + "/v1", "gpt-5").status())
            .isEqualTo(200);
      }
      TestServer.Response said = probe("openai-compatible", upstream.address() + "/v1", "gpt-5");
      assertThat(said.status()).isEqualTo(429);
      assertThat(said.header("retry-after")).isPresent();
    }
  }

  private static JsonNode provider(TestServer.Response said, String name) {
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    for (JsonNode each : said.json().path("data")) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    throw new AssertionError(said.text());
  }

  private TestServer.Response probe(
      String provider, String baseUrl, @org.jspecify.annotations.Nullable String model) {
    return server.call(
        "POST",
        "/api/plugin-api/accounts/probe",
        token,
        "{\"provider\":\"%s\",\"base_url\":\"%s\",\"api_key\":\"sk-probed-secret\",\"model\":%s}"
            .formatted(provider, baseUrl, model == null ? null : "\"" + model + "\""));
  }
}
