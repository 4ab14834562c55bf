package potluck.server.backup;

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
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/** The secret keys of a running server are replaced without any effect on users. */
@Timeout(300)
class KeyRotationIT {
  private static final String MODEL = "gpt-4.1-mini";

  @Test
  void keysRotateWhileRunningAndNobodyIsLoggedOut() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      TestServer server = TestServer.start(Map.of());
      Path secrets = server.settings().home().resolve("secrets");
      String token;
      String key;
      String refresh;
      try {
        token = server.admin();
        key = server.key(token);
        server.account(upstream, MODEL);
        refresh =
            server
                .call("POST", "/api/auth/login", null, login())
                .json()
                .path("refresh_token")
                .asText();

        CommandResult.succeeded(server.folder(), "keys", "rotate", "jwt");
        String fresh =
            TestServer.eventually(
                () ->
                    Optional.of(server.login(TestServer.ADMIN, TestServer.PASSWORD))
                        .filter(now -> !head(now).equals(head(token))));
        for (String each : List.of(token, fresh)) {
          assertThat(server.call("GET", "/api/auth/me", each, null).status()).isEqualTo(200);
        }
        assertThat(
                server
                    .call(
                        "POST",
                        "/api/auth/refresh",
                        null,
                        "{\"refresh_token\":\"" + refresh + "\"}")
                    .status())
            .isEqualTo(200);

        storeIdempotentAnswer(server, key);
        Set<String> before = sealed(server);
        // The stored answer is not encrypted again; it expires.
        List<CommandResult> typed =
            CommandResult.all(
                server.folder(), "keys rotate encryption", "keys list", "keys drop encryption");
        assertThat(typed.get(0).out()).contains("all credentials were re-encrypted with it");
        assertThat(sealed(server)).doesNotContainAnyElementsOf(before);
        assertThat(typed.get(1).out().lines().toList())
            .hasSize(4)
            .anySatisfy(line -> assertThat(line).contains("signs"))
            .anySatisfy(line -> assertThat(line).contains("opens 2, seals"))
            .anySatisfy(line -> assertThat(line).endsWith("opens 1"));
        assertThat(typed.get(2).status()).isEqualTo(1);
        assertThat(typed.get(2).err())
            .contains("1 stored answers and request bodies still need an older key");
        chat(server, key);
        server.account(upstream, MODEL);
        assertThat(Files.readAllLines(secrets.resolve("fernet"))).hasSize(2);
        execute(server, "DELETE FROM idempotency"); // As if they had expired.
        typed = CommandResult.all(server.folder(), "keys drop encryption", "keys rotate refresh");
        assertThat(typed.get(0).out()).startsWith("1 keys were removed, 1 are left");
        assertThat(Files.readAllLines(secrets.resolve("fernet"))).hasSize(1);
        assertThat(typed.get(1).out()).contains("no key to rotate");
        chat(server, key);
      } finally {
        server.close();
      }
      // Hashes depend on the last key, so the command must notice another key in its place.
      List<String> original = Files.readAllLines(secrets.resolve("jwt"));
      List<String> moved = new ArrayList<>(original);
      moved.add("a-key-that-this-server-has-never-had-before");
      Files.write(secrets.resolve("jwt"), moved);
      CommandResult refused = CommandResult.runIn(server.folder(), "keys", "drop", "jwt");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains("put that key back as the last line of data/secrets/jwt");
      assertThat(Files.readAllLines(secrets.resolve("jwt"))).isEqualTo(moved);
      Files.write(secrets.resolve("jwt"), original);
      // The server is stopped, so the command encrypts again itself.
      assertThat(CommandResult.succeeded(server.folder(), "keys", "rotate", "encryption").out())
          .contains("all credentials were re-encrypted with it");
      TestServer again = TestServer.startIn(server.folder(), Map.of());
      try {
        chat(again, key);
        assertThat(again.call("GET", "/api/auth/me", token, null).status()).isEqualTo(200);
        assertThat(again.login(TestServer.ADMIN, TestServer.PASSWORD)).isNotEmpty();
      } finally {
        again.close();
      }
    }
  }

  @Test
  void configuredKeysAreRotatedByTheOperator() throws Exception {
    String first = "the-first-secret-of-this-server-which-is-long";
    String second = "the-second-secret-of-this-server-which-is-long";
    TestServer server = TestServer.start(Map.of("JWT_SECRET_KEY", first));
    String token;
    String key;
    try {
      token = server.admin();
      key = server.key(token);
      CommandResult typed =
          CommandResult.runIn(
              server.folder(), Map.of("JWT_SECRET_KEY", first), "", "keys", "rotate", "jwt");
      assertThat(typed.out()).contains("JWT_SECRET_KEY is set, so you manage its keys");
    } finally {
      server.close();
    }
    TestServer again =
        TestServer.startIn(server.folder(), Map.of("JWT_SECRET_KEY", second + "," + first));
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
        .formatted(TestServer.ADMIN, TestServer.PASSWORD);
  }

  /** The part of an access token that names the key. */
  private static String head(String token) {
    return token.substring(0, token.indexOf('.'));
  }

  /** Sends a request with an Idempotency-Key, and waits until its answer is stored. */
  private static void storeIdempotentAnswer(TestServer server, String key) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "once")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                        .formatted(MODEL)))
            .build();
    assertThat(server.send(request).status()).isEqualTo(200);
    TestServer.eventually(() -> countStored(server) == 1 ? Optional.of(1) : Optional.empty());
  }

  private static long countStored(TestServer server) {
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM idempotency WHERE answer IS NOT NULL")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(TestServer server, String sql) throws SQLException {
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void chat(TestServer server, String key) {
    TestServer.Response said =
        server.call(
            "POST",
            "/v1/chat/completions",
            key,
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(MODEL));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
  }

  private static Set<String> sealed(TestServer server) throws Exception {
    Set<String> all = new HashSet<>();
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT secret FROM accounts")) {
      while (rows.next()) {
        all.add(rows.getString(1));
      }
    }
    return all;
  }
}
