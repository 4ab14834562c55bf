package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/**
 * Charges are exact, limits of keys hold under concurrent requests, and sharing an account adds its
 * quota only once.
 */
class QuotaIT {
  /** Tokens that the fake upstream reports for one request: 219 input and 60 output. */
  private static final long REQUEST = 279;

  @Test
  void entriesBalanceAndSumToTheirBalances() {
    try (PoolFixture scene = new PoolFixture(1)) {
      for (int i = 0; i < 5; i++) {
        assertThat(scene.chat(i % 2 == 0).status()).isEqualTo(200);
      }
      String last = scene.chat(false).header("x-request-id").orElseThrow();
      JsonNode row = scene.row(last);
      assertThat(row.path("quota_consumed").asDouble()).isPositive();
      TestServer.eventually(
          () -> scene.server.balance(scene.model) > 2_000_000 ? Optional.of(1) : Optional.empty());
      JsonNode quota = quota(scene);
      long balance = scene.server.balance(scene.model);
      assertThat(quota.path("quota").asText()).isEqualTo(scene.server.shown(balance));
      // 1.0000 base and 2.0000 for the shared account, minus six requests.
      long used = Math.round(row.path("quota_consumed").asDouble() * 1e6);
      assertThat(balance).isEqualTo(3_000_000 - 6 * used);
      assertThat(quota.path("max_quota").asText()).isEqualTo("3.0000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"requests_total", "tokens_total"})
  void concurrentRequestsSpendExactlyTheLimit(String limit) throws InterruptedException {
    try (PoolFixture scene = new PoolFixture(1)) {
      long most = limit.equals("requests_total") ? 40 : 40 * REQUEST;
      String key = key(scene, "{\"%s\":%d}".formatted(limit, most));
      AtomicInteger served = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 64; i++) {
          clients.submit(
              () -> {
                TestServer.Response said =
                    scene.server.call("POST", "/v1/chat/completions", key, scene.body(false));
                (said.status() == 200 ? served : refused).incrementAndGet();
                if (said.status() != 200) {
                  assertThat(said.status()).as(said.text()).isEqualTo(429);
                }
              });
        }
      }
      assertThat(served.get()).isEqualTo(40);
      assertThat(refused.get()).isEqualTo(24);
    }
  }

  @Test
  void rateLimitHeadersAreSent() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String key = key(scene, "{\"requests_per_minute\":3}");
      TestServer.Response first =
          scene.server.call("POST", "/v1/chat/completions", key, scene.body(false));
      assertThat(first.header("x-ratelimit-limit-requests")).contains("3");
      assertThat(first.header("x-ratelimit-remaining-requests")).contains("2");
      TestServer.Response said = first;
      for (int i = 0; i < 10 && said.status() == 200; i++) {
        said = scene.server.call("POST", "/v1/chat/completions", key, scene.body(false));
      }
      assertThat(said.status()).isEqualTo(429);
      assertThat(said.header("retry-after")).isPresent();
      assertThat(said.json().path("error").path("message").asText())
          .contains("requests_per_minute");
    }
  }

  @Test
  void limitsShowWhatIsUsed() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String key = key(scene, "{\"requests_per_day\":3,\"usd_total\":2.5}");
      scene.server.call("POST", "/v1/chat/completions", key, scene.body(false));
      long id =
          scene
              .server
              .call("GET", "/api/api-keys", scene.admin, null)
              .json()
              .path(0)
              .path("id")
              .asLong();
      List<JsonNode> limits = new ArrayList<>();
      for (JsonNode limit :
          scene.server.call("GET", "/api/usage/limits", scene.admin, null).json().path("limits")) {
        if (limit.path("of").asText().equals("key") && limit.path("id").asLong() == id) {
          limits.add(limit);
        }
      }
      limits.sort(Comparator.comparing(limit -> limit.path("what").asText()));
      assertThat(limits).hasSize(2);
      assertThat(limits.get(0).path("used").asInt()).isEqualTo(1);
      assertThat(limits.get(0).path("limit").asInt()).isEqualTo(3);
      assertThat(limits.get(0).path("per").asText()).isEqualTo("day");
      assertThat(limits.get(0).path("reset_at").asText()).endsWith("T00:00:00Z");
      assertThat(limits.get(1).path("limit").asDouble()).isEqualTo(2.5);
      assertThat(limits.get(1).path("reset_at").isNull()).isTrue();
    }
  }

  @Test
  void unknownLimitIsRefusedByName() {
    TestServer server = TestServer.shared();
    TestServer.Response said =
        server.call(
            "POST",
            "/api/api-keys",
            server.admin(),
            "{\"name\":\"x\",\"limits\":{\"token_total\":5}}");
    assertThat(said.status()).isEqualTo(422);
    assertThat(said.text()).contains("token_total").contains("tokens");
  }

  @Test
  void unsharingAndSharingAgainRefundsNothing() {
    try (PoolFixture scene = new PoolFixture(1)) {
      assertThat(scene.chat(false).status()).isEqualTo(200);
      TestServer.eventually(
          () ->
              scene.server.balance(scene.model) > 2_000_000
                      && scene.server.balance(scene.model) < 3_000_000
                  ? Optional.of(1)
                  : Optional.empty());
      long before = scene.server.balance(scene.model);
      for (int shared : new int[] {0, 1, 0, 1}) {
        share(scene, shared, shared == 1 ? "3.0000" : "1.0000");
      }
      assertThat(scene.server.balance(scene.model)).isEqualTo(before);
    }
  }

  @Test
  void spentAccountAddsNothingWhenShared() {
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer.eventually(() -> ceiling(scene, "3.0000"));
      share(scene, 0, "1.0000");
      long own = scene.server.balance(scene.model);
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.status(402)));
      scene.chat(false);
      TestServer.eventually(
          () ->
              scene
                      .server
                      .call(
                          "GET",
                          "/api/plugin-api/accounts/" + scene.accounts.getFirst(),
                          scene.admin,
                          null)
                      .text()
                      .contains("\"standing\":\"spent\"")
                  ? Optional.of(1)
                  : Optional.empty());
      share(scene, 1, "3.0000");
      assertThat(scene.server.balance(scene.model)).isEqualTo(own);
      share(scene, 0, "1.0000");
      assertThat(scene.server.balance(scene.model)).isEqualTo(own);
      // Nobody used quota of the deleted account here, so a new account adds the full 2.0000.
      scene.server.call(
          "DELETE", "/api/plugin-api/accounts/" + scene.accounts.getFirst(), scene.admin, null);
      String fresh = scene.server.account(scene.upstream(), scene.model);
      TestServer.eventually(() -> ceiling(scene, "3.0000"));
      assertThat(scene.server.balance(scene.model)).isEqualTo(own + 2_000_000);
      scene.server.call("DELETE", "/api/plugin-api/accounts/" + fresh, scene.admin, null);
    }
  }

  @Test
  void revokedAccountAddsNothingUntilReset() {
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer.eventually(() -> ceiling(scene, "3.0000"));
      scene.upstream().setDefaultScript(Script.PLAIN.withFault(Fault.status(401)));
      scene.chat(false);
      TestServer.eventually(() -> ceiling(scene, "1.0000"));
      assertThat(scene.server.balance(scene.model)).isEqualTo(1_000_000);
      scene.upstream().setDefaultScript(Script.PLAIN);
      String changed =
          scene
              .server
              .call(
                  "PUT",
                  "/api/plugin-api/accounts/" + scene.accounts.getFirst(),
                  scene.admin,
                  "{\"api_key\":\"sk-another\"}")
              .text();
      assertThat(changed).contains("\"success\":true");
      TestServer.eventually(() -> ceiling(scene, "3.0000"));
      assertThat(scene.server.balance(scene.model)).isEqualTo(3_000_000);
    }
  }

  private static Optional<String> ceiling(PoolFixture scene, String expected) {
    return Optional.of(quota(scene).path("max_quota").asText()).filter(expected::equals);
  }

  /** Changes the sharing of the first account and waits until the ceiling follows. */
  private static void share(PoolFixture scene, int shared, String ceiling) {
    scene.server.call(
        "PUT",
        "/api/plugin-api/accounts/" + scene.accounts.getFirst() + "/type",
        scene.admin,
        "{\"is_shared\":" + shared + "}");
    TestServer.eventually(() -> ceiling(scene, ceiling));
  }

  @Test
  void addingAnAccountAgainRefundsNothing() throws IOException {
    TestServer own = TestServer.start(Map.of("QUOTA_ACCOUNT_USD", "1"));
    try (FakeUpstream upstream = FakeUpstream.start()) {
      // One request uses 2.79 of the quota of 3.0000.
      own.call(
          "PUT",
          "/api/admin/prices",
          own.admin(),
          "[{\"model\":\"dear\",\"input\":10000,\"cached\":10000,\"output\":10000}]");
      String account = own.account(upstream, "dear");
      awaitBalance(own, 3_000_000);
      assertThat(
              own.call(
                      "POST",
                      "/v1/chat/completions",
                      own.key(own.admin()),
                      "{\"model\":\"dear\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                  .status())
          .isEqualTo(200);
      awaitBalance(own, 210_000);
      own.call("DELETE", "/api/plugin-api/accounts/" + account, own.admin(), null);
      awaitBalance(own, 0);
      own.account(upstream, "dear");
      awaitBalance(own, 210_000);
      // A new credential adds the full 2.0000; adding the same credential again adds nothing.
      String second =
          """
          {"provider":"openai-compatible","base_url":"%s/v1","api_key":"%s",
           "models":["dear"],"is_shared":1}
          """;
      String first = own.account(second.formatted(upstream.address(), "sk-upstream-secret-2"));
      awaitBalance(own, 2_210_000);
      String duplicate = own.account(second.formatted(upstream.address(), "sk-upstream-secret-2"));
      own.account(second.formatted(upstream.address(), "sk-upstream-secret-3"));
      awaitBalance(own, 4_210_000);
      // Deleting the account removes its 2.0000; the duplicate with the same credential adds them.
      own.call("DELETE", "/api/plugin-api/accounts/" + first, own.admin(), null);
      TestServer.eventually(() -> hasEntry(own, "shared " + duplicate));
      awaitBalance(own, 4_210_000);
    } finally {
      own.close();
    }
  }

  private static Optional<Boolean> hasEntry(TestServer server, String why) {
    try (var connection = server.database().source().getConnection();
        var query = connection.prepareStatement("SELECT FROM entries WHERE why = ?")) {
      query.setString(1, why);
      return query.executeQuery().next() ? Optional.of(true) : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the balance has this value; the ledger is updated in the background. */
  private static void awaitBalance(TestServer server, long expected) {
    TestServer.eventually(
        () -> server.balance("dear") == expected ? Optional.of(1) : Optional.empty());
  }

  private static String key(PoolFixture scene, String limits) {
    TestServer.Response made =
        scene.server.call(
            "POST",
            "/api/api-keys",
            scene.admin,
            "{\"name\":\"limited\",\"limits\":" + limits + "}");
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    return made.json().path("key").asText();
  }

  private static JsonNode quota(PoolFixture scene) {
    return TestServer.eventually(
        () -> {
          for (JsonNode row :
              scene
                  .server
                  .call("GET", "/api/plugin-api/quotas/user", scene.admin, null)
                  .json()
                  .path("data")) {
            if (row.path("model_name").asText().equals(scene.model)) {
              return Optional.of(row);
            }
          }
          return Optional.empty();
        });
  }
}
