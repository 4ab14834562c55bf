package potluck.server.api.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Limits of teams, which the members share. */
class TeamsIT {
  private final TestServer server = TestServer.shared();
  private final String admin = server.admin();

  @Test
  void teamLimitIsSharedByItsMembers() {
    try (PoolFixture scene = new PoolFixture(1)) {
      Member one = new Member();
      Member two = new Member();
      Member apart = new Member();
      long team = team();
      one.join(team);
      two.join(team);
      limit(team, "{\"requests_total\":3}");

      assertThat(one.chat(scene)).isEqualTo(200);
      assertThat(two.chat(scene)).isEqualTo(200);
      assertThat(one.chat(scene)).isEqualTo(200);
      assertThat(two.chat(scene)).isEqualTo(429);
      assertThat(one.chat(scene)).isEqualTo(429);
      assertThat(apart.chat(scene)).isEqualTo(200);

      // The limit no longer applies to a former member; it applies to a new one.
      two.join(null);
      TestServer.eventually(() -> two.chat(scene) == 200 ? Optional.of(1) : Optional.empty());
      apart.join(team);
      TestServer.eventually(() -> apart.chat(scene) == 429 ? Optional.of(1) : Optional.empty());

      assertThat(server.call("DELETE", "/api/admin/teams/" + team, admin, null).status())
          .isEqualTo(200);
      TestServer.eventually(() -> one.chat(scene) == 200 ? Optional.of(1) : Optional.empty());
    }
  }

  @Test
  void earlierUsageCountsAndOwnLimitsStillApply() {
    try (PoolFixture scene = new PoolFixture(1)) {
      Member one = new Member();
      Member two = new Member();
      long team = team();
      one.join(team);
      two.join(team);
      assertThat(one.chat(scene)).isEqualTo(200);
      TestServer.eventually(
          () ->
              server
                          .call("GET", "/api/usage/logs", one.token, null)
                          .json()
                          .at("/data/pagination/total")
                          .asInt()
                      == 1
                  ? Optional.of(1)
                  : Optional.empty());
      limit(team, "{\"requests_per_month\":3}");
      server.call("PUT", "/api/admin/users/" + two.id + "/limits", admin, "{\"requests_total\":1}");
      assertThat(two.chat(scene)).isEqualTo(200);
      TestServer.Response refused = two.said(scene);
      assertThat(refused.status()).isEqualTo(429);
      // A request refused by the user's own limit does not count towards the team's limit.
      assertThat(one.chat(scene)).isEqualTo(200);
      assertThat(one.chat(scene)).isEqualTo(429);
    }
  }

  @Test
  void teamNamesAreUniqueAndAdminOnly() {
    String name = "team-" + UUID.randomUUID();
    String body = "{\"name\":\"" + name + "\"}";
    assertThat(server.call("POST", "/api/admin/teams", admin, body).status()).isEqualTo(201);
    assertThat(server.call("POST", "/api/admin/teams", admin, body).status()).isEqualTo(409);
    assertThat(server.call("POST", "/api/admin/teams", admin, "{\"name\":\" \"}").status())
        .isEqualTo(422);
    Member one = new Member();
    assertThat(server.call("POST", "/api/admin/teams", one.token, body).status()).isEqualTo(403);
    assertThat(server.call("GET", "/api/admin/teams", admin, null).text()).contains(name);
    assertThat(
            server
                .call("PUT", "/api/admin/users/" + one.id + "/team", admin, "{\"team_id\":999999}")
                .status())
        .isEqualTo(422);
  }

  private long team() {
    return server
        .call("POST", "/api/admin/teams", admin, "{\"name\":\"t-" + UUID.randomUUID() + "\"}")
        .json()
        .path("id")
        .asLong();
  }

  private void limit(long team, String limits) {
    TestServer.Response said =
        server.call("PUT", "/api/admin/teams/" + team + "/limits", admin, limits);
    assertThat(said.status()).as(said.text()).isEqualTo(200);
  }

  private final class Member {
    final String token = server.user("m-" + UUID.randomUUID().toString().substring(0, 10));
    final String key = server.key(token);
    final String id = server.call("GET", "/api/auth/me", token, null).json().path("id").asText();

    void join(@Nullable Long team) {
      TestServer.Response said =
          server.call(
              "PUT", "/api/admin/users/" + id + "/team", admin, "{\"team_id\":" + team + "}");
      assertThat(said.status()).as(said.text()).isEqualTo(200);
    }

    int chat(PoolFixture scene) {
      return said(scene).status();
    }

    TestServer.Response said(PoolFixture scene) {
      return server.call("POST", "/v1/chat/completions", key, scene.body(false));
    }
  }
}
