package potluck.server.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Failover, cooldown, probes, affinity and routes, with fake upstreams over TCP. */
@Timeout(120)
class PoolIT {
  /** Enough requests to meet each fault; {@code -Dpotluck.requests=10000} sends more. */
  private static final int REQUESTS = Integer.getInteger("potluck.requests", 1_200);

  private static final String REFUSED =
      "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":\"no\"}}";

  private final TestServer server = TestServer.shared();

  @Test
  void failoverServesEveryRequestThatAnyAccountCanServe() throws Exception {
    List<Script> faults =
        List.of(
            Script.PLAIN.withFault(Fault.status(500)),
            Script.PLAIN.withFault(Fault.rateLimited(1)),
            Script.PLAIN.withFault(Fault.html(503)),
            Script.PLAIN.withFault(Fault.status(529)),
            Script.PLAIN.withFault(Fault.status(401)));
    try (PoolFixture scene = new PoolFixture(3);
        ExecutorService clients = Executors.newFixedThreadPool(16, Thread.ofVirtual().factory())) {
      int rounds = 15;
      for (int round = 0; round < rounds; round++) {
        scene.upstreams.get(round % 3).setDefaultScript(faults.get(round % faults.size()));
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < REQUESTS / rounds; i++) {
          all.add(clients.submit(() -> scene.chat(false).status()));
        }
        for (Future<Integer> each : all) {
          assertThat(each.get()).isEqualTo(200);
        }
        scene.upstreams.get(round % 3).setDefaultScript(Script.PLAIN);
        enable(scene, round % 3);
      }
    }
  }

  @Test
  void refusedCredentialIsProbedAndCanBeReset() throws Exception {
    try (PoolFixture scene = new PoolFixture(2)) {
      scene.upstream().setDefaultScript(Script.PLAIN.withFault(Fault.status(401)));
      assertThat(scene.chat(false).status()).isEqualTo(200);
      awaitStanding(scene, 0, "revoked");
      for (JsonNode shown :
          scene.server.call("GET", "/api/usage/accounts", scene.admin, null).json().path("data")) {
        if (shown.path("cookie_id").asText().equals(scene.accounts.getFirst())) {
          assertThat(shown.path("status").asInt())
              .as("status, as in the list of accounts")
              .isZero();
        }
      }
      // The upstream received the request and one probe, which has no content of the request.
      assertThat(scene.upstream().requests()).hasSize(2);
      assertThat(new String(scene.upstream().requests().get(1).request().body(), UTF_8))
          .contains("ping")
          .doesNotContain("\"hi\"");
      assertThat(scene.chat(false).status()).isEqualTo(200);
      assertThat(scene.upstream().requests()).hasSize(2);

      scene.upstream().setDefaultScript(Script.PLAIN);
      enable(scene, 0);
      awaitStanding(scene, 0, "ready");
      assertThat(scene.chat(false).status()).isEqualTo(200);
      assertThat(scene.upstream().requests()).hasSize(3);
    }
  }

  @Test
  void badRequestsDoNotPutAccountsIntoCooldown() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      String attacker = server.key(user());
      // A 403 for the content of a request leaves the account ready, because the probe succeeds.
      for (int i = 0; i < 25; i++) {
        scene.upstream().enqueue(Script.PLAIN.withFault(new Fault.Status(403, Map.of(), REFUSED)));
        assertThat(chat(scene, attacker)).isNotEqualTo(200);
        awaitStanding(scene, 0, "ready");
        assertThat(scene.chat(false).status()).isEqualTo(200);
      }
      for (int status : new int[] {400, 404, 413, 422}) {
        for (int i = 0; i < 25; i++) {
          scene
              .upstream()
              .enqueue(Script.PLAIN.withFault(new Fault.Status(status, Map.of(), REFUSED)));
          assertThat(chat(scene, attacker)).isGreaterThanOrEqualTo(400);
          assertThat(scene.chat(false).status()).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void cooldownEndsAtTheProvidersTime() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.rateLimited(2)));
      Instant limited = Instant.now();
      assertThat(scene.chat(false).status()).isEqualTo(429);
      TestServer.Response refused = scene.chat(false);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("retry-after").orElseThrow()).isIn("1", "2");
      assertThat(refused.header("x-should-retry")).contains("true");
      TestServer.eventually(
          () -> scene.chat(false).status() == 200 ? Optional.of(1) : Optional.empty());
      assertThat(Duration.between(limited, Instant.now()))
          .isGreaterThanOrEqualTo(Duration.ofMillis(1_900));
    }
  }

  @Test
  void conversationStaysWithItsAccount() {
    try (PoolFixture scene = new PoolFixture(3)) {
      removePriorities(scene);
      String conversation =
          "{\"model\":\"%s\",\"prompt_cache_key\":\"talk-1\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
              .formatted(scene.model, "word ".repeat(20_000));
      assertThat(send(scene, conversation)).isEqualTo(200);
      int first = served(scene, 1);
      for (int i = 0; i < 8; i++) {
        assertThat(send(scene, conversation)).isEqualTo(200);
      }
      assertThat(scene.upstreams.get(first).requests()).hasSize(9);

      scene.upstreams.get(first).enqueue(Script.PLAIN.withFault(Fault.rateLimited(1)));
      assertThat(send(scene, conversation)).isEqualTo(200);
      awaitStanding(scene, first, "resting");
      TestServer.eventually(
          () -> {
            int before = scene.upstreams.get(first).requests().size();
            assertThat(send(scene, conversation)).isEqualTo(200);
            return scene.upstreams.get(first).requests().size() > before
                ? Optional.of(1)
                : Optional.empty();
          });
    }
  }

  @Test
  void explainShowsTheChoicesOwnNumbers() {
    try (PoolFixture scene = new PoolFixture(3)) {
      scene.upstreams.get(0).enqueue(Script.PLAIN.withFault(Fault.rateLimited(600)));
      assertThat(scene.chat(false).status()).isEqualTo(200);
      JsonNode explained =
          server.call("POST", "/v1/route/explain", scene.key, scene.body(false)).json();
      assertThat(explained.path("chosen").asText()).isEqualTo(scene.accounts.get(1));
      JsonNode candidates = explained.path("candidates");
      assertThat(candidates).hasSize(3);
      JsonNode resting = candidates.get(2);
      assertThat(resting.path("account").asText()).isEqualTo(scene.accounts.get(0));
      assertThat(resting.path("obstacle").asText()).isEqualTo("resting");
      assertThat(resting.path("back_in_seconds").asDouble()).isBetween(500.0, 600.0);

      // Other users do not see the names and ids of accounts.
      TestServer.Response others =
          server.call("POST", "/v1/route/explain", server.key(user()), scene.body(false));
      assertThat(others.status()).isEqualTo(200);
      assertThat(others.text()).doesNotContain(scene.accounts.get(1)).contains("shared-");

      TestServer.Response answered =
          server.send(
              HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
                  .header("Authorization", "Bearer " + scene.key)
                  .header("Content-Type", "application/json")
                  .header("x-potluck-explain", "1")
                  .POST(HttpRequest.BodyPublishers.ofString(scene.body(false)))
                  .build());
      assertThat(answered.header("x-potluck-explain").orElseThrow()).contains("2 of 3 usable");
      JsonNode row = scene.row(answered.header("x-request-id").orElseThrow());
      assertThat(row.path("attempts").path(0).path("reason").asText()).contains("2 of 3 usable");
    }
  }

  @Test
  void aliasesAndFallbacksUseOtherModels() {
    try (PoolFixture scene = new PoolFixture(1);
        PoolFixture other = new PoolFixture(1)) {
      String alias = "fast-" + UUID.randomUUID();
      TestServer.Response set =
          server.call(
              "PUT",
              "/api/admin/routes",
              scene.admin,
              "{\"aliases\":{\"%s\":[\"%s\"]},\"fallbacks\":{\"%s\":[\"%s\"]}}"
                  .formatted(alias, scene.model, scene.model, other.model));
      assertThat(set.status()).isEqualTo(200);
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(alias);
      assertThat(send(scene, body)).isEqualTo(200);
      assertThat(server.call("GET", "/v1/models", scene.key, null).text()).contains(alias);

      scene.upstream().setDefaultScript(Script.PLAIN.withFault(Fault.status(500)));
      assertThat(send(scene, body)).isEqualTo(200);
      assertThat(other.upstream().requests()).hasSize(1);
      assertThat(new String(other.upstream().requests().getFirst().request().body(), UTF_8))
          .contains(other.model);

      assertThat(
              server
                  .call(
                      "PUT",
                      "/api/admin/routes",
                      scene.admin,
                      "{\"aliases\":{\"a\":[\"b\"],\"b\":[\"c\"]}}")
                  .status())
          .isEqualTo(400);
      server.call("PUT", "/api/admin/routes", scene.admin, "{}");
    }
  }

  @Test
  void standingIsWrittenToTheDatabase() throws Exception {
    try (PoolFixture scene = new PoolFixture(2)) {
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.rateLimited(300)));
      assertThat(scene.chat(false).status()).isEqualTo(200);
      TestServer.eventually(
          () -> {
            try (var connection = server.database().source().getConnection();
                var query =
                    connection.prepareStatement(
                        "SELECT standing, standing_until > now() + interval '250 s' FROM accounts"
                            + " WHERE cookie_id = ?")) {
              query.setString(1, scene.accounts.getFirst());
              var row = query.executeQuery();
              return row.next() && row.getString(1).equals("resting") && row.getBoolean(2)
                  ? Optional.of(1)
                  : Optional.empty();
            } catch (java.sql.SQLException e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private int chat(PoolFixture scene, String key) {
    return server.call("POST", "/v1/chat/completions", key, scene.body(false)).status();
  }

  private int send(PoolFixture scene, String body) {
    return server.call("POST", "/v1/chat/completions", scene.key, body).status();
  }

  /** Returns the index of the upstream that received this number of requests. */
  private static int served(PoolFixture scene, int count) {
    for (int i = 0; i < scene.upstreams.size(); i++) {
      if (scene.upstreams.get(i).requests().size() == count) {
        return i;
      }
    }
    throw new AssertionError("no upstream received this number of requests: " + count);
  }

  /** Removes the priorities. */
  private void removePriorities(PoolFixture scene) {
    try (var connection = server.database().source().getConnection();
        var change =
            connection.prepareStatement("UPDATE accounts SET priority = 0 WHERE cookie_id = ?")) {
      for (String id : scene.accounts) {
        change.setString(1, id);
        change.executeUpdate();
      }
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
    for (int i = 0; i < scene.accounts.size(); i++) {
      enable(scene, i);
    }
  }

  /** Enables the account as its owner would, which ends a cooldown or a revocation. */
  private void enable(PoolFixture scene, int account) {
    assertThat(
            server
                .call(
                    "PUT",
                    "/api/plugin-api/accounts/" + scene.accounts.get(account) + "/status",
                    scene.admin,
                    "{\"status\":1}")
                .status())
        .isEqualTo(200);
  }

  private void awaitStanding(PoolFixture scene, int account, String standing) {
    TestServer.eventually(
        () ->
            server
                    .call(
                        "GET",
                        "/api/plugin-api/accounts/" + scene.accounts.get(account),
                        scene.admin,
                        null)
                    .json()
                    .path("data")
                    .path("standing")
                    .asText()
                    .equals(standing)
                ? Optional.of(1)
                : Optional.empty());
  }

  private String user() {
    String name = "p-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        server.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return server.login(name, "a-password-of-my-own");
  }
}
