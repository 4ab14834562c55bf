package potluck.server.keeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.kit.FakeUpstream;
import potluck.server.scene.TestHouse;
import potluck.server.scene.Typed;

/** The keys of a house are made anew while it serves, and nobody notices. */
@Timeout(300)
class HouseKeysIT {
  private static final String MODEL = "gpt-4.1-mini";

  @Test
  void keysRotateWhileTheHouseServesAndNobodyIsLoggedOut() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      TestHouse house = TestHouse.own(Map.of());
      Path secrets = house.settings().home().resolve("secrets");
      String token;
      String key;
      String refresh;
      try {
        token = house.admin();
        key = house.key(token);
        house.account(upstream, MODEL);
        refresh =
            house
                .call("POST", "/api/auth/login", null, login())
                .json()
                .path("refresh_token")
                .asText();

        Typed.well(house.folder(), "keys", "rotate", "jwt");
        String fresh =
            TestHouse.eventually(
                () ->
                    Optional.of(house.login(TestHouse.ADMIN, TestHouse.PASSWORD))
                        .filter(now -> !head(now).equals(head(token))));
        for (String each : List.of(token, fresh)) {
          assertThat(house.call("GET", "/api/auth/me", each, null).status()).isEqualTo(200);
        }
        assertThat(
                house
                    .call(
                        "POST",
                        "/api/auth/refresh",
                        null,
                        "{\"refresh_token\":\"" + refresh + "\"}")
                    .status())
            .isEqualTo(200);

        keptAnswer(house, key);
        Set<String> before = sealed(house);
        // The kept answer is never sealed anew, and waited for by nobody.
        List<Typed> typed =
            Typed.all(
                house.folder(), "keys rotate encryption", "keys list", "keys drop encryption");
        assertThat(typed.get(0).out()).contains("all credentials are sealed with it");
        assertThat(sealed(house)).doesNotContainAnyElementsOf(before);
        assertThat(typed.get(1).out().lines().toList())
            .hasSize(4)
            .anySatisfy(line -> assertThat(line).contains("signs"))
            .anySatisfy(line -> assertThat(line).contains("opens 2, seals"))
            .anySatisfy(line -> assertThat(line).endsWith("opens 1"));
        assertThat(typed.get(2).status()).isEqualTo(1);
        assertThat(typed.get(2).err())
            .contains("1 kept answers and questions need an older key still");
        chat(house, key);
        house.account(upstream, MODEL);
        assertThat(Files.readAllLines(secrets.resolve("fernet"))).hasSize(2);
        execute(house, "DELETE FROM idempotency"); // As a day does.
        typed = Typed.all(house.folder(), "keys drop encryption", "keys rotate refresh");
        assertThat(typed.get(0).out()).startsWith("1 keys went, 1 are left");
        assertThat(Files.readAllLines(secrets.resolve("fernet"))).hasSize(1);
        assertThat(typed.get(1).out()).contains("no key to rotate");
        chat(house, key);
      } finally {
        house.close();
      }
      // A key behind the last would be taken for the one that all hashes depend on.
      List<String> good = Files.readAllLines(secrets.resolve("jwt"));
      List<String> moved = new ArrayList<>(good);
      moved.add("a-key-that-this-house-has-never-had-before");
      Files.write(secrets.resolve("jwt"), moved);
      Typed root = Typed.in(house.folder(), "keys", "drop", "jwt");
      assertThat(root.status()).isEqualTo(1);
      assertThat(root.err()).contains("put it back as the last line of data/secrets/jwt");
      assertThat(Files.readAllLines(secrets.resolve("jwt"))).isEqualTo(moved);
      Files.write(secrets.resolve("jwt"), good);
      // Stopped: the command seals anew itself.
      assertThat(Typed.well(house.folder(), "keys", "rotate", "encryption").out())
          .contains("all credentials are sealed with it");
      TestHouse again = TestHouse.at(house.folder(), Map.of());
      try {
        chat(again, key);
        assertThat(again.call("GET", "/api/auth/me", token, null).status()).isEqualTo(200);
        assertThat(again.login(TestHouse.ADMIN, TestHouse.PASSWORD)).isNotEmpty();
      } finally {
        again.close();
      }
    }
  }

  @Test
  void keysThatTheOperatorGivesAreChangedByTheOperator() throws Exception {
    String first = "the-first-secret-of-this-house-which-is-long";
    String second = "the-second-secret-of-this-house-which-is-long";
    TestHouse house = TestHouse.own(Map.of("JWT_SECRET_KEY", first));
    String token;
    String key;
    try {
      token = house.admin();
      key = house.key(token);
      Typed typed =
          Typed.in(house.folder(), Map.of("JWT_SECRET_KEY", first), "", "keys", "rotate", "jwt");
      assertThat(typed.out()).contains("JWT_SECRET_KEY is set, so its keys are yours");
    } finally {
      house.close();
    }
    TestHouse again = TestHouse.at(house.folder(), Map.of("JWT_SECRET_KEY", second + "," + first));
    try {
      assertThat(again.call("GET", "/api/auth/me", token, null).status()).isEqualTo(200);
      assertThat(head(again.admin())).isNotEqualTo(head(token));
      assertThat(again.call("GET", "/v1/models", key, null).status()).isEqualTo(200);
    } finally {
      again.close();
    }
  }

  private static String login() {
    return "{\"username\":\"%s\",\"password\":\"%s\"}"
        .formatted(TestHouse.ADMIN, TestHouse.PASSWORD);
  }

  /** The part of an access token that names the key. */
  private static String head(String token) {
    return token.substring(0, token.indexOf('.'));
  }

  /** One that waits a day for somebody to repeat the question. */
  private static void keptAnswer(TestHouse house, String key) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(house.url() + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "once")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                        .formatted(MODEL)))
            .build();
    assertThat(house.send(request).status()).isEqualTo(200);
    TestHouse.eventually(() -> kept(house) == 1 ? Optional.of(1) : Optional.empty());
  }

  private static long kept(TestHouse house) {
    try (Connection connection = house.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM idempotency WHERE answer IS NOT NULL")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(TestHouse house, String sql) throws SQLException {
    try (Connection connection = house.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void chat(TestHouse house, String key) {
    TestHouse.Said said =
        house.call(
            "POST",
            "/v1/chat/completions",
            key,
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(MODEL));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
  }

  private static Set<String> sealed(TestHouse house) throws Exception {
    Set<String> all = new HashSet<>();
    try (Connection connection = house.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT secret FROM accounts")) {
      while (rows.next()) {
        all.add(rows.getString(1));
      }
    }
    return all;
  }
}
