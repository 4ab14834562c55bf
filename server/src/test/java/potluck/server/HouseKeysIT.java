package potluck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.kit.FakeUpstream;

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
        account(house, upstream);
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

        Set<String> before = sealed(house);
        Typed rotated = Typed.well(house.folder(), "keys", "rotate", "encryption");
        assertThat(rotated.out()).contains("all credentials are sealed with it");
        assertThat(sealed(house)).doesNotContainAnyElementsOf(before);
        assertThat(Typed.well(house.folder(), "keys", "list").out().lines().toList())
            .hasSize(4)
            .anySatisfy(line -> assertThat(line).contains("signs"))
            .anySatisfy(line -> assertThat(line).contains("opens 2, seals"))
            .anySatisfy(line -> assertThat(line).endsWith("opens 0"));
        chat(house, key);
        account(house, upstream);
        assertThat(Typed.well(house.folder(), "keys", "drop", "encryption").out())
            .startsWith("1 keys went, 1 are left");
        assertThat(Files.readAllLines(secrets.resolve("fernet"))).hasSize(1);
        chat(house, key);
        assertThat(Typed.well(house.folder(), "keys", "rotate", "refresh").out())
            .contains("no key to rotate");
      } finally {
        house.close();
      }
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

  private static void account(TestHouse house, FakeUpstream upstream) {
    TestHouse.Said said =
        house.call(
            "POST",
            "/api/plugin-api/accounts",
            house.admin(),
            """
            {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-sealed",
             "models":["%s"],"is_shared":1}
            """
                .formatted(upstream.address(), MODEL));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
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
