package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

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
import potluck.server.scene.Scene;
import potluck.server.scene.TestHouse;

/** What happens where more is wanted than there is. */
@Timeout(60)
class TurnsIT {
  private final TestHouse house = TestHouse.shared();

  @Test
  void aBusyAccountIsWaitedForAndTurnsAreShared() throws Exception {
    try (Scene scene = new Scene(1)) {
      bound(scene, 1, 0);
      scene.upstream().always(Script.PLAIN.fails(new Fault.Drip(Duration.ofMillis(40))));
      String greedy = house.key(user());
      String modest = house.key(user());
      List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Future<?>> all = new ArrayList<>();
      try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 20; i++) {
          all.add(crowd.submit(() -> served(scene, greedy, "greedy", order)));
        }
        TestHouse.eventually(
            () ->
                house
                            .call("GET", "/api/usage/share", house.admin(), null)
                            .json()
                            .path("data")
                            .path("all_waiting")
                            .asInt()
                        >= 15
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        for (int i = 0; i < 4; i++) {
          all.add(crowd.submit(() -> served(scene, modest, "modest", order)));
        }
        for (Future<?> each : all) {
          each.get();
        }
      }
      assertThat(order).hasSize(24);
      // Four of the modest are served before the last half of the greedy are.
      assertThat(order.lastIndexOf("modest")).isLessThan(20);
    }
  }

  @Test
  void whatTheOwnerReservesNobodyElseTakes() throws Exception {
    try (Scene scene = new Scene(1)) {
      bound(scene, 2, 0.5);
      scene.upstream().always(Script.PLAIN.fails(new Fault.Stall(Fault.Where.BEFORE_HEADERS)));
      String guest = house.key(user());
      Map<String, Future<Integer>> running = new HashMap<>();
      try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 3; i++) {
          running.put("guest " + i, crowd.submit(() -> status(scene, guest)));
        }
        TestHouse.eventually(
            () ->
                scene.upstream().requests().size() == 1
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        // The second place is the owner's.
        running.put("owner", crowd.submit(() -> status(scene, scene.key)));
        TestHouse.eventually(
            () ->
                scene.upstream().requests().size() == 2
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        scene.upstream().always(Script.PLAIN);
        for (Future<Integer> each : running.values()) {
          assertThat(each.get()).isIn(200, 429, 503, 504);
        }
      }
    }
  }

  private void bound(Scene scene, int concurrency, double reserve) throws java.sql.SQLException {
    try (var connection = house.database().source().getConnection();
        var change =
            connection.prepareStatement(
                "UPDATE accounts SET max_concurrency = ?, reserve = ? WHERE cookie_id = ?")) {
      change.setInt(1, concurrency);
      change.setDouble(2, reserve);
      change.setString(3, scene.accounts.getFirst());
      change.executeUpdate();
    }
    // Any change makes the pool read the account again.
    house.call(
        "PUT",
        "/api/plugin-api/accounts/" + scene.accounts.getFirst() + "/name",
        scene.admin,
        "{\"name\":\"bounded\"}");
  }

  private void served(Scene scene, String key, String who, List<String> order) {
    int status = status(scene, key);
    if (status == 200) {
      order.add(who);
    }
  }

  private int status(Scene scene, String key) {
    return house.call("POST", "/v1/chat/completions", key, scene.body(false)).status();
  }

  private String user() {
    String name = "t-" + UUID.randomUUID();
    house.call(
        "POST",
        "/api/admin/users",
        house.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return house.login(name, "a-password-of-my-own");
  }
}
