package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.server.testing.TestServer;

/**
 * While PostgreSQL is killed or frozen, logins and calls with a valid access token may get 503 but
 * never 401, and calls with an API key succeed.
 */
@Timeout(180)
class OutageIT {
  private static final int NO_RESPONSE = 0;
  private static final Logger LOG = LoggerFactory.getLogger(OutageIT.class);

  @Test
  void killedDatabaseRestartsAndLogsNobodyOut() throws Exception {
    TestServer server = TestServer.withOwnPostgres(Map.of());
    try {
      String token = server.admin();
      String key = server.key(token);
      Map<String, Map<Integer, Integer>> seen =
          underLoad(
              server,
              token,
              key,
              _ -> {
                signal(server, "KILL");
                return TestServer.eventually(
                    () -> ready(server) ? Optional.of(1) : Optional.empty());
              });
      LOG.info("PostgreSQL killed: {}", seen);
      never401(seen);
      assertThat(server.call("GET", "/api/auth/me", token, null).status()).isEqualTo(200);
      server.login(TestServer.ADMIN, TestServer.PASSWORD);
    } finally {
      server.close();
    }
  }

  @Test
  void frozenDatabaseIs503UntilItIsBack() throws Exception {
    TestServer server = TestServer.withOwnPostgres(Map.of("DATABASE_TIMEOUT_SECONDS", "2"));
    try {
      String token = server.admin();
      String key = server.key(token);
      Map<String, Map<Integer, Integer>> seen =
          underLoad(
              server,
              token,
              key,
              seenSoFar -> {
                signal(server, "STOP");
                // Waits until a login got 503.
                TestServer.eventually(() -> Optional.ofNullable(of(seenSoFar, "login").get(503)));
                // Calls with API keys still work, so a load balancer must keep sending them.
                assertThat(server.call("GET", "/readyz", null, null).status()).isEqualTo(200);
                TestServer.Response health = server.call("GET", "/api/health", null, null);
                assertThat(health.status()).isEqualTo(503);
                assertThat(health.header("retry-after")).isPresent();
                signal(server, "CONT");
                return TestServer.eventually(
                    () -> ready(server) ? Optional.of(1) : Optional.empty());
              });
      LOG.info("PostgreSQL frozen: {}", seen);
      never401(seen);
      assertThat(server.call("GET", "/api/auth/me", token, null).status()).isEqualTo(200);
    } finally {
      server.close();
    }
  }

  private interface Outage {
    Object start(Map<String, Map<Integer, Integer>> seen) throws Exception;
  }

  /** Causes the outage while four clients send calls; returns the statuses of each call. */
  private static Map<String, Map<Integer, Integer>> underLoad(
      TestServer server, String token, String key, Outage outage) throws Exception {
    Map<String, Map<Integer, Integer>> seen = new ConcurrentHashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> clients =
        List.of(
            Thread.startVirtualThread(
                () ->
                    loop(over, seen, "me", () -> server.call("GET", "/api/auth/me", token, null))),
            Thread.startVirtualThread(
                () ->
                    loop(over, seen, "models", () -> server.call("GET", "/v1/models", key, null))),
            Thread.startVirtualThread(
                () ->
                    loop(
                        over,
                        seen,
                        "login",
                        () ->
                            server.call(
                                "POST",
                                "/api/auth/login",
                                null,
                                "{\"username\":\"%s\",\"password\":\"%s\"}"
                                    .formatted(TestServer.ADMIN, TestServer.PASSWORD)))),
            Thread.startVirtualThread(
                () ->
                    loop(
                        over,
                        seen,
                        "refresh",
                        () ->
                            server.call(
                                "POST",
                                "/api/auth/refresh",
                                null,
                                "{\"refresh_token\":\"" + "0".repeat(43) + "\"}"))));
    awaitAnswers(seen, clients.size());
    outage.start(seen);
    awaitAnswers(seen, clients.size());
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }
    return seen;
  }

  private static void loop(
      AtomicBoolean over,
      Map<String, Map<Integer, Integer>> seen,
      String what,
      java.util.function.Supplier<TestServer.Response> call) {
    Map<Integer, Integer> mine = new ConcurrentSkipListMap<>();
    seen.put(what, mine);
    while (!over.get()) {
      int status;
      try {
        status = call.get().status();
      } catch (UncheckedIOException e) {
        LOG.error("{} got no answer", what, e);
        status = NO_RESPONSE;
      }
      mine.merge(status, 1, Integer::sum);
    }
  }

  /** Waits until each client has one more answer than now. */
  private static void awaitAnswers(Map<String, Map<Integer, Integer>> seen, int clients) {
    Map<String, Integer> before = counts(seen);
    TestServer.eventually(
        () ->
            Optional.of(counts(seen))
                .filter(now -> now.size() == clients)
                .filter(
                    now ->
                        now.entrySet().stream()
                            .allMatch(
                                each -> each.getValue() > before.getOrDefault(each.getKey(), 0))));
  }

  private static Map<String, Integer> counts(Map<String, Map<Integer, Integer>> seen) {
    return seen.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                each -> each.getValue().values().stream().mapToInt(Integer::intValue).sum()));
  }

  private static void never401(Map<String, Map<Integer, Integer>> seen) {
    assertThat(of(seen, "me")).containsKey(200).doesNotContainKey(401);
    assertThat(of(seen, "me").keySet()).isSubsetOf(200, 503);
    assertThat(of(seen, "login").keySet()).isSubsetOf(200, 503, 429).contains(200);
    assertThat(of(seen, "models").keySet()).containsOnly(200);
    // The refresh token is invalid: 401 if the database can be read, else 503.
    assertThat(of(seen, "refresh").keySet()).isSubsetOf(401, 429, 503);
  }

  private static Map<Integer, Integer> of(Map<String, Map<Integer, Integer>> seen, String what) {
    return java.util.Objects.requireNonNull(seen.get(what), what);
  }

  private static boolean ready(TestServer server) {
    return server.call("GET", "/api/health", null, null).status() == 200
        && server.call("GET", "/api/auth/me", server.admin(), null).status() == 200;
  }

  /** Sends a signal to PostgreSQL and to all its child processes. */
  private static void signal(TestServer server, String name) throws Exception {
    String pid = Files.readAllLines(server.postgres().resolve("postmaster.pid")).getFirst().strip();
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    List<ProcessHandle> all =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(postmaster), postmaster.descendants())
            .toList();
    for (ProcessHandle process : all) {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }
  }
}
