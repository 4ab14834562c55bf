package potluck.server.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** Routes of one account that AntiHub's web pages use, and the setting of default channels. */
class AccountDetailIT {
  private final TestServer server = TestServer.shared();
  private final String token = server.user("sight-" + UUID.randomUUID().toString().substring(0, 8));

  @Test
  void credentialIsNeverReturned() {
    String one = account("openai-compatible", "http://127.0.0.1:9/v1");
    TestServer.Response said = server.call("GET", one + "/credentials", token, null);
    assertThat(said.status()).isEqualTo(410);
    assertThat(said.text()).doesNotContain("sk-very-secret");
    assertThat(server.call("GET", one + "/credentials", server.admin(), null).status())
        .isEqualTo(404);
  }

  @Test
  void detailHasKnownFieldsAndNulls() {
    String one = account("openai-compatible", "http://127.0.0.1:9/v1");
    JsonNode data = server.call("GET", one + "/detail", token, null).json().path("data");
    assertThat(one).endsWith(data.path("cookie_id").asText());
    assertThat(data.path("name").asText()).isEqualTo("mine");
    assertThat(data.path("email").isNull()).isTrue();
    assertThat(data.has("subscription_tier_raw")).isTrue();
  }

  @Test
  void cloudAccountChangesItsProject() {
    String one =
        account(
            "openai-compatible", "http://127.0.0.1:9/v1/projects/first-project/locations/global");
    JsonNode before = server.call("GET", one + "/projects", token, null).json().path("data");
    assertThat(before.path("current_project_id").asText()).isEqualTo("first-project");
    assertThat(
            server
                .call("PUT", one + "/project-id", token, "{\"project_id\":\"second-project\"}")
                .status())
        .isEqualTo(200);
    assertThat(server.call("GET", one, token, null).json().path("data").path("base_url").asText())
        .endsWith("/projects/second-project/locations/global");
    assertThat(
            server.call("PUT", one + "/project-id", token, "{\"project_id\":\"../evil\"}").status())
        .isEqualTo(400);
    String other = account("openai-compatible", "http://127.0.0.1:9/v1");
    assertThat(
            server
                .call("PUT", other + "/project-id", token, "{\"project_id\":\"any-project\"}")
                .status())
        .isEqualTo(400);
    assertThat(server.call("GET", other + "/projects", token, null).json().at("/data/projects"))
        .isEmpty();
  }

  @Test
  void defaultChannelIsStored() {
    String path = "/api/settings/ui-default-channels";
    JsonNode fresh = server.call("GET", path, token, null).json().path("data");
    assertThat(fresh.path("accounts_default_channel").isNull()).isTrue();
    String wanted = "{\"accounts_default_channel\":\"kiro\",\"usage_default_channel\":\"qwen\"}";
    assertThat(server.call("PUT", path, token, wanted).status()).isEqualTo(200);
    JsonNode kept = server.call("GET", path, token, null).json().path("data");
    assertThat(kept.path("accounts_default_channel").asText()).isEqualTo("kiro");
    assertThat(kept.path("usage_default_channel").asText()).isEqualTo("qwen");
    assertThat(server.call("PUT", path, token, "{\"usage_default_channel\":\"<b>\"}").status())
        .isEqualTo(422);
  }

  private String account(String provider, String base) {
    TestServer.Response said =
        server.call(
            "POST",
            "/api/plugin-api/accounts",
            token,
            """
            {"provider":"%s","base_url":"%s","api_key":"sk-very-secret","name":"mine","models":["m-%s"]}
            """
                .formatted(provider, base, UUID.randomUUID()));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return "/api/plugin-api/accounts/" + said.json().at("/data/cookie_id").asText();
  }
}
