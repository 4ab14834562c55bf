package potluck.server.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** What members see of the pool: who brought which account and how it stands. */
class PoolListIT {
  @Test
  void poolShowsWhoBroughtWhatAndHowItStands() {
    TestServer server = TestServer.shared();
    String brings = name();
    String owner = server.user(brings);
    String viewer = server.user(name());
    String shared = account(server, owner, "shared-one", 1);
    String kept = account(server, owner, "kept-one", 0);
    server.call("PUT", "/api/plugin-api/accounts/" + shared + "/status", owner, "{\"status\":0}");

    JsonNode seen = find(server, viewer, "shared-one");
    assertThat(seen.path("owner").asText()).isEqualTo(brings);
    assertThat(seen.path("own").asBoolean()).isFalse();
    assertThat(seen.path("standing").asText()).isEqualTo("off");
    assertThat(seen.path("models").path(0).asText()).isEqualTo("gpt-5");
    assertThat(seen.path("served_today").asLong(-1)).isZero();
    assertThat(server.call("GET", "/api/pool", viewer, null).text())
        .doesNotContain("kept-one", kept, shared, "sk-secret");

    JsonNode own = server.call("GET", "/api/pool", owner, null).json().path("accounts");
    assertThat(own.get(0).path("own").asBoolean()).as("own accounts first").isTrue();
    assertThat(own.get(0).path("alias").asText()).isEqualTo(kept);
    assertThat(own.get(1).path("alias").asText()).isEqualTo(shared);
  }

  @Test
  void poolHidesNamesBehindOnePseudonym() {
    TestServer server = TestServer.start(Map.of("POOL_NAMES", "hidden", "POTLUCK_DEMO", "false"));
    try {
      String brings = name();
      String owner = server.user(brings);
      String viewer = server.user(name());
      account(server, owner, "shared-one", 1);
      account(server, owner, "shared-two", 1);
      TestServer.Response list = server.call("GET", "/api/pool", viewer, null);
      assertThat(list.text()).doesNotContain(brings, "shared-one", "shared-two");
      JsonNode seen = list.json().path("accounts");
      assertThat(seen).hasSize(2);
      assertThat(seen.get(0).path("owner").asText())
          .startsWith("member-")
          .isEqualTo(seen.get(1).path("owner").asText());
      assertThat(seen.get(0).path("name")).isEqualTo(seen.get(0).path("alias"));

      JsonNode explained =
          server
              .call(
                  "POST",
                  "/v1/route/explain",
                  server.key(viewer),
                  "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
              .json()
              .path("candidates");
      assertThat(explained.findValuesAsText("owner"))
          .containsOnly(seen.get(0).path("owner").asText());
      assertThat(explained.findValuesAsText("account"))
          .containsExactlyInAnyOrderElementsOf(seen.findValuesAsText("alias"));

      assertThat(server.call("GET", "/api/pool", server.admin(), null).text()).contains(brings);
    } finally {
      server.close();
    }
  }

  private static JsonNode find(TestServer server, String token, String account) {
    for (JsonNode each : server.call("GET", "/api/pool", token, null).json().path("accounts")) {
      if (each.path("name").asText().equals(account)) {
        return each;
      }
    }
    throw new AssertionError(account);
  }

  private static String account(TestServer server, String token, String name, int shared) {
    return server
        .call(
            "POST",
            "/api/plugin-api/accounts",
            token,
            """
            {"provider":"openai-compatible","base_url":"http://127.0.0.1:9/v1","name":"%s",
             "api_key":"sk-secret-%s","models":["gpt-5"],"is_shared":%d}
            """
                .formatted(name, name, shared))
        .json()
        .path("data")
        .path("cookie_id")
        .asText();
  }

  private static String name() {
    return "u" + UUID.randomUUID().toString().substring(0, 12);
  }
}
