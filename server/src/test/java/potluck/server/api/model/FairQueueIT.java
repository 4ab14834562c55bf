package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** Fair queueing at a busy account, and the slots that are reserved for its owner. */
@Timeout(60)
class FairQueueIT {
  private final TestServer server = TestServer.shared();

  @Test
  void busyAccountIsWaitedForFairly() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      bound(scene, 1, 0);
      scene
          .upstream()
          .setDefaultScript(Script.PLAIN.withFault(new Fault.EventDelay(Duration.ofMillis(40))));
      String greedyUser = user();
      String greedy = server.key(greedyUser);
      String modest = server.key(user());
      List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Future<?>> all = new ArrayList<>();
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 20; i++) {
          all.add(clients.submit(() -> served(scene, greedy, "greedy", order)));
        }
        TestServer.eventually(
            () ->
                server
                            .call("GET", "/api/usage/share", server.admin(), null)
                            .json()
                            .path("data")
                            .path("all_waiting")
                            .asInt()
                        >= 15
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        for (int i = 0; i < 4; i++) {
          all.add(clients.submit(() -> served(scene, modest, "modest", order)));
        }
        for (Future<?> each : all) {
          each.get();
        }
      }
      assertThat(order).hasSize(24);
      // All modest requests are served before the last four greedy ones.
      assertThat(order.lastIndexOf("modest")).isLessThan(20);

      // One request runs at a time, so most of them have waited.
      JsonNode rows =
          TestServer.eventually(
              () ->
                  java.util.Optional.of(
                          server
                              .call("GET", "/api/usage/logs?limit=50", greedyUser, null)
                              .json()
                              .at("/data/logs"))
                      .filter(found -> found.size() == 20));
      assertThat(rows.findValues("waited_ms").stream().filter(each -> each.asLong() >= 40))
          .hasSizeGreaterThan(15);
    }
  }

  @Test
  void ownerReserveIsKept() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      bound(scene, 2, 0.5);
      scene
          .upstream()
          .setDefaultScript(
              Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.BEFORE_HEADERS)));
      String other = server.key(user());
      Map<String, Future<Integer>> running = new HashMap<>();
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 3; i++) {
          running.put("other " + i, clients.submit(() -> status(scene, other)));
        }
        TestServer.eventually(
            () ->
                scene.upstream().requests().size() == 1
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        // The second slot is reserved for the owner.
        String owners = scene.body(false).replace("\"hi\"", "\"from the owner\"");
        running.put("owner", clients.submit(() -> status(scene.key, owners)));
        TestServer.eventually(
            () ->
                scene.upstream().requests().size() == 2
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        byte[] second = scene.upstream().requests().get(1).request().body();
        assertThat(new String(second, StandardCharsets.UTF_8)).contains("from the owner");
        scene.upstream().setDefaultScript(Script.PLAIN);
        for (Future<Integer> each : running.values()) {
          assertThat(each.get()).isIn(200, 429, 503, 504);
        }
      }
    }
  }

  private void bound(PoolFixture scene, int concurrency, double reserve)
      throws java.sql.SQLException {
    try (var connection = server.database().source().getConnection();
        var change =
            connection.prepareStatement(
                "UPDATE accounts SET max_concurrency = ?, reserve = ? WHERE cookie_id = ?")) {
      change.setInt(1, concurrency);
      change.setDouble(2, reserve);
      change.setString(3, scene.accounts.getFirst());
      change.executeUpdate();
    }
    // A change through the API makes the pool reload the account.
    server.call(
        "PUT",
        "/api/plugin-api/accounts/" + scene.accounts.getFirst() + "/name",
        scene.admin,
        "{\"name\":\"bounded\"}");
  }

  private void served(PoolFixture scene, String key, String userName, List<String> order) {
    int status = status(scene, key);
    if (status == 200) {
      order.add(userName);
    }
  }

  private int status(PoolFixture scene, String key) {
    return status(key, scene.body(false));
  }

  private int status(String key, String body) {
    return server.call("POST", "/v1/chat/completions", key, body).status();
  }

  private String user() {
    String name = "t-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        server.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return server.login(name, "a-password-of-my-own");
  }
}
