package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** One request with the decision that was kept, and the filters of the log. */
class RequestIT {
  private final TestServer server = TestServer.shared();

  @Test
  void requestShowsWhyAccountsWereTriedAndOthersNot() {
    try (PoolFixture scene = new PoolFixture(3)) {
      scene.upstreams.get(0).enqueue(Script.PLAIN.withFault(Fault.rateLimited(600)));
      String user = server.user(name());
      TestServer.Response answered = chat(scene, server.key(user));
      assertThat(answered.status()).isEqualTo(200);
      String id = answered.header("x-request-id").orElseThrow();
      JsonNode found = posted(user, id);

      JsonNode request = found.path("request");
      assertThat(request.path("request_id").asText()).isEqualTo(id);
      assertThat(request.path("ended").asText()).isEqualTo("served");
      assertThat(request.path("key_name").asText()).isEqualTo("test");
      assertThat(request.path("waited_ms").isNumber()).isTrue();
      JsonNode candidates = found.path("decision").path("candidates");
      assertThat(candidates.findValuesAsText("reason"))
          .containsExactly("priority", "priority", "lower_priority");
      assertThat(candidates.findValuesAsText("nth")).containsExactly("1", "2", "null");
      assertThat(candidates.findValuesAsText("owner")).containsOnly(TestServer.ADMIN);
      assertThat(candidates.get(2).path("figures").has("load")).isTrue();
      assertThat(found.path("attempts").findValuesAsText("reason"))
          .containsExactly("rate_limit", "served");
      assertThat(found.path("attempts").path(0).path("alias").asText())
          .startsWith("shared-")
          .isEqualTo(candidates.get(0).path("alias").asText());

      String path = "/api/usage/requests/" + id;
      assertThat(server.call("GET", path, server.user(name()), null).status()).isEqualTo(404);
      JsonNode operator = server.call("GET", path, server.admin(), null).json().path("data");
      assertThat(operator.at("/decision/candidates/0/alias").asText())
          .isEqualTo(scene.accounts.get(0));
    }
  }

  @Test
  void requestThatWasRefusedShowsTheObstacles() {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.rateLimited(600)));
      assertThat(scene.chat(false).status()).isEqualTo(429);
      TestServer.Response refused = scene.chat(false);
      assertThat(refused.status()).isEqualTo(429);
      JsonNode found = posted(server.admin(), refused.header("x-request-id").orElseThrow());
      assertThat(found.at("/request/ended").asText()).isEqualTo("refused");
      JsonNode candidate = found.at("/decision/candidates/0");
      assertThat(candidate.path("reason").asText()).isEqualTo("resting");
      assertThat(candidate.path("until").asText()).matches("20\\d\\d-.*:\\d\\dZ");
      assertThat(found.path("attempts")).isEmpty();
      String path = "/api/usage/requests/" + refused.header("x-request-id").orElseThrow();
      assertThat(
              server
                  .callInChinese("GET", path, server.admin(), null)
                  .json()
                  .at("/data/request/error")
                  .asText())
          .containsPattern("\\p{IsHan}");

      JsonNode account =
          server
              .call(
                  "GET",
                  "/api/plugin-api/accounts/" + scene.accounts.getFirst(),
                  server.admin(),
                  null)
              .json()
              .path("data");
      assertThat(account.path("standing_why").asText()).isEqualTo("rate_limit");
      assertThat(account.path("standing_until")).isEqualTo(candidate.path("until"));
      assertThat(account.path("served_today_own").asInt(-1)).isZero();
    }
  }

  @Test
  void logsAreFilteredAndPaged() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String user = server.user(name());
      String first = server.key(user);
      String second = server.key(user);
      scene.upstream().enqueue(Script.PLAIN);
      chat(scene, first);
      chat(scene, second);
      chat(scene, second);
      String last = chat(scene, first).header("x-request-id").orElseThrow();
      posted(user, last);

      JsonNode page = logs(user, "limit=3");
      assertThat(page.path("logs")).hasSize(3);
      chat(scene, first);
      JsonNode rest = logs(user, "limit=3&cursor=" + page.path("next_cursor").asText());
      assertThat(rest.path("logs")).as("the oldest one, whatever arrived meanwhile").hasSize(1);
      assertThat(rest.path("next_cursor").isNull()).isTrue();
      JsonNode one = rest.path("logs").get(0);
      assertThat(logs(user, "key_id=" + one.path("key_id").asText()).path("logs").findValues("id"))
          .isNotEmpty()
          .contains(one.path("id"));
      assertThat(logs(user, "request_id=" + last).path("logs")).hasSize(1);
      assertThat(logs(user, "status=failed").path("logs")).isEmpty();
      assertThat(logs(user, "status=200").path("logs")).isNotEmpty();
      assertThat(logs(user, "client=none-such").path("logs")).isEmpty();
      for (String wrong : new String[] {"status=good", "request_id=7", "cursor=x"}) {
        assertThat(server.call("GET", "/api/usage/logs?" + wrong, user, null).status())
            .as(wrong)
            .isEqualTo(422);
      }
    }
  }

  private JsonNode logs(String token, String query) {
    return server.call("GET", "/api/usage/logs?" + query, token, null).json().path("data");
  }

  private TestServer.Response chat(PoolFixture scene, String key) {
    return server.call("POST", "/v1/chat/completions", key, scene.body(false));
  }

  private JsonNode posted(String token, String id) {
    return TestServer.eventually(
        () -> {
          TestServer.Response said = server.call("GET", "/api/usage/requests/" + id, token, null);
          return said.status() == 200 ? Optional.of(said.json().path("data")) : Optional.empty();
        });
  }

  private static String name() {
    return "u" + UUID.randomUUID().toString().substring(0, 12);
  }
}
