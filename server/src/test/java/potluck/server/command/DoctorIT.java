package potluck.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.backup.DoctorChecks;
import potluck.server.backup.DoctorChecks.Finding;
import potluck.server.settings.SecretFiles;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/** {@code ./potluck doctor} finds problems and says how to fix them. */
@Timeout(300)
class DoctorIT {
  @TempDir private Path temp;

  @Test
  void healthyServerHasNoFindings() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Map<String, String> environment = Map.of("PORT", Integer.toString(port), "METRICS_PORT", "0");
    TestServer server = TestServer.withOwnPostgres(environment);
    try {
      CommandResult running = CommandResult.runIn(server.folder(), environment, "", "doctor");
      assertThat(running.status()).as(running.out()).isZero();
      assertThat(running.out())
          .contains("Potluck is running on it")
          .contains("is in use while Potluck is running")
          .contains("✓ ledger: it adds up")
          .contains("✓ account ")
          .contains("No problems found");
      Map<String, String> chinese = new HashMap<>(environment);
      chinese.put("LANG", "zh_CN.UTF-8");
      CommandResult translated = CommandResult.runIn(server.folder(), chinese, "", "doctor");
      assertThat(translated.status()).as(translated.out()).isZero();
      assertThat(translated.out())
          .contains("流水: ")
          .contains("正由运行中的 Potluck 使用")
          .contains("✓ 账本: 账目一致")
          .contains("一切正常");
      assertThat(translated.out().lines())
          .allMatch(line -> line.contains("Java") || line.codePoints().anyMatch(DoctorIT::isHan));
    } finally {
      server.close();
    }
    CommandResult stopped =
        CommandResult.runIn(server.folder(), environment, "", "doctor", "--json");
    assertThat(stopped.status()).as(stopped.out()).isZero();
    for (JsonNode finding : new ObjectMapper().readTree(stopped.out())) {
      assertThat(finding.path("well").asBoolean()).as(finding.toString()).isTrue();
    }
    assertThat(stopped.out()).contains("Potluck is not running");
  }

  private static boolean isHan(int codePoint) {
    return Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.HAN;
  }

  @Test
  void findsLostKeysRevokedAccountsAndUsedPort() throws Exception {
    TestServer server = TestServer.start(Map.of());
    try (FakeUpstream upstream = FakeUpstream.start()) {
      server.call(
          "POST",
          "/api/plugin-api/accounts",
          server.admin(),
          """
          {"provider":"openai-compatible","name":"mine","base_url":"%s/v1","api_key":"sk-x",
           "models":["m"],"is_shared":0}
          """
              .formatted(upstream.address()));
      try (var connection = server.database().source().getConnection();
          var statement = connection.createStatement()) {
        statement.execute(
            "UPDATE accounts SET standing = 'revoked', standing_why = 'it said 401' WHERE name = 'mine'");
      }
    } finally {
      server.close();
    }
    try (ServerSocket taken = new ServerSocket(0)) {
      Map<String, String> environment =
          Map.of(
              "PORT", Integer.toString(taken.getLocalPort()),
              "METRICS_PORT", "0",
              "HOST", "0.0.0.0");
      CommandResult typed = CommandResult.runIn(server.folder(), environment, "", "doctor");
      assertThat(typed.status()).isEqualTo(1);
      assertThat(typed.out())
          .contains("mine at openai-compatible: its provider refuses the credential: it said 401")
          .contains("cannot be listened on")
          .contains("2 problems were found");
    }
    Path secrets = server.settings().home().resolve("secrets");
    for (String name : List.of("jwt", "fernet")) {
      Files.delete(secrets.resolve(name));
    }
    List<Finding> lost = look(server.folder(), Map.of("METRICS_PORT", "0", "PORT", "0"));
    assertThat(wrong(lost, "key of passwords").fix()).contains("data/secrets/jwt");
    assertThat(wrong(lost, "key of credentials").fix()).contains("data/secrets/fernet");
    // The check creates no new keys: a running server would use them.
    assertThat(secrets.resolve("jwt")).doesNotExist();
    assertThat(secrets.resolve("fernet")).doesNotExist();
    Files.writeString(secrets.resolve("fernet"), "no key at all");
    assertThat(
            wrong(look(server.folder(), Map.of("METRICS_PORT", "0", "PORT", "0")), "secrets")
                .says())
        .contains(secrets.resolve("fernet").toString(), "backup");
    for (String name : List.of("jwt", "fernet")) {
      Files.writeString(secrets.resolve(name), SecretFiles.newKey());
    }
    List<Finding> found = look(server.folder(), Map.of("METRICS_PORT", "0", "PORT", "0"));
    assertThat(wrong(found, "key of passwords").fix()).contains("data/secrets/jwt");
    assertThat(wrong(found, "key of credentials").fix()).contains("data/secrets/fernet");
    Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5));
    assertThat(
            wrong(DoctorChecks.all(Map.of("METRICS_PORT", "0"), server.folder(), ahead), "clocks")
                .says())
        .contains("s apart");
  }

  @Test
  void failingDatabaseIsAFinding() throws Exception {
    TestServer server = TestServer.start(Map.of());
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE accounts RENAME COLUMN standing_why TO gone");
    } finally {
      server.close();
    }
    assertThat(
            wrong(look(server.folder(), Map.of("METRICS_PORT", "0", "PORT", "0")), "database")
                .says())
        .contains("standing_why");
  }

  @Test
  void findsUnreachableServicesAndUnwritableFolders() throws Exception {
    int closedPort;
    try (ServerSocket free = new ServerSocket(0)) {
      closedPort = free.getLocalPort();
    }
    List<Finding> unreachable =
        look(
            temp,
            Map.of(
                "DATABASE_URL",
                "postgresql://a:b@127.0.0.1:" + closedPort + "/none",
                "REDIS_URL",
                "redis://127.0.0.1:" + closedPort,
                "PORT",
                "0",
                "METRICS_PORT",
                "0"));
    assertThat(wrong(unreachable, "database").fix()).contains("DATABASE_URL");
    assertThat(wrong(unreachable, "redis").fix()).contains("REDIS_URL");
    Files.writeString(temp.resolve("file"), "in the way");
    assertThat(wrong(look(temp, Map.of("POTLUCK_HOME", "file/home")), "folder").fix())
        .contains("POTLUCK_HOME");
    assertThat(wrong(look(temp, Map.of("PORT", "many")), "settings").says()).contains("PORT");
    assertThat(
            wrong(
                    DoctorChecks.all(
                        Map.of("PORT", "many"), temp, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)),
                    "clock")
                .fix())
        .contains("timedatectl");
    assertThat(look(temp.resolve("nothing-here-yet"), Map.of("PORT", "0", "METRICS_PORT", "0")))
        .allSatisfy(finding -> assertThat(finding.well()).as(finding.toString()).isTrue());
  }

  private static List<Finding> look(Path folder, Map<String, String> environment) {
    return DoctorChecks.all(environment, folder, Clock.systemUTC());
  }

  private static Finding wrong(List<Finding> found, String what) {
    return found.stream()
        .filter(finding -> finding.what().equals(what) && !finding.well())
        .findFirst()
        .orElseThrow(() -> new AssertionError(what + " is not wrong in " + found));
  }
}
