package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/** Import from new-api and one-api: users keep their passwords, API keys and remaining quota. */
@Timeout(300)
class NewApiImportIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "AbcdefghijAbcdefghijAbcdefghijAbcdefghij12345678";
  private static final String NARROW = "Narrowghijabcdefghijabcdefghijabcdefghij12345678";
  private static final String EMPTY = "Emptyfghijabcdefghijabcdefghijabcdefghij12345678";

  @TempDir private Path temp;
  private TestServer server;
  private FakeUpstream upstream;

  @BeforeEach
  void open() throws Exception {
    server = TestServer.start(Map.of());
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void close() {
    upstream.close();
    server.close();
  }

  /** SQL that fills the source database: SQLite, PostgreSQL or a MySQL dump. */
  private String rows(boolean mysql) {
    String yes = mysql ? "1" : "true";
    String no = mysql ? "0" : "false";
    return """
        INSERT INTO users (id, username, password, role, status, quota, github_id, "group", deleted_at) VALUES
          (1, 'root', '%1$s', 100, 1, 50000000, '', 'default', NULL),
          (2, 'mei', '%1$s', 1, 1, 1000000, '12345', 'vip', NULL),
          (3, 'lili', '%1$s', 1, 2, 0, '', 'default', NULL),
          (4, 'was-here', '%1$s', 1, 1, 0, '', 'default', '2024-01-01 00:00:00');
        INSERT INTO tokens (id, user_id, "key", status, name, created_time, accessed_time, expired_time,
            remain_quota, unlimited_quota, model_limits_enabled, model_limits, allow_ips) VALUES
          (1, 2, '%2$s', 1, 'it''s; mine', 1700000000, 1700000000, -1, 0, %5$s, %6$s, '', ''),
          (2, 2, '%3$s', 1, 'narrow', 1700000000, 1700000000, 4102444800, 750000, %6$s, %5$s, 'gpt-4o,gpt-x', '10.0.0.0/8'),
          (3, 2, '%4$s', 4, 'empty', 1700000000, 1700000000, -1, 0, %6$s, %6$s, '', ''),
          (4, 2, 'Odd_network_ijabcdefghijabcdefghijabcdefghij1234', 1, 'odd', 1700000000, 0, -1, 5, %6$s, %6$s, '', 'example.org'),
          (5, 99, 'Nobodys_key_ijabcdefghijabcdefghijabcdefghij1234', 1, 'nobody', 1700000000, 0, -1, 5, %6$s, %6$s, '', '');
        INSERT INTO channels (id, type, "key", status, name, weight, base_url, models, "group", model_mapping, priority, channel_info) VALUES
          (1, 1, 'sk-up-one%8$ssk-up-two', 1, 'ours', 5, '%7$s', 'gpt-4o,gpt-alias', 'default,vip', '{"gpt-alias": "gpt-4o-real"}', 9, '{"is_multi_key":true,"multi_key_status_list":{"1":2}}'),
          (2, 14, 'sk-ant-secret', 2, 'claude', 0, '', 'claude-sonnet-4-5', 'default', '', 0, NULL),
          (3, 1, 'sk-lan-secret', 1, 'lan', 0, 'http://192.168.7.7:3000', 'm', 'default', '', 0, NULL),
          (4, 50, 'kling-secret', 1, 'video', 0, '', 'kling', 'default', '', 0, NULL),
          (5, 999, 'sk-other-secret', 1, 'other', 0, 'https://models.example.org', 'm2', 'default', '', 0, NULL),
          (6, 1, 'sk-broken-secret', 1, 'broken', 0, '', 'm', 'default', '{"a": ', 0, NULL);
        """
        .formatted(
            SourceDatabase.GO_HASH,
            TOKEN,
            NARROW,
            EMPTY,
            yes,
            no,
            upstream.address(),
            mysql ? "\\n" : "\n");
  }

  @Test
  void fromSqlite() throws Exception {
    Path file = temp.resolve("one-api.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      SourceDatabase.run(connection, SourceDatabase.script("new-api.sql"), rows(false));
    }
    byte[] before = Files.readAllBytes(file);
    importsEverything(file.toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void fromPostgres() throws Exception {
    SourceDatabase other = SourceDatabase.database(server, "new_api");
    other.run(SourceDatabase.script("new-api.sql"), rows(false));
    importsEverything(other.url());
  }

  @Test
  void fromMySqlDump() throws Exception {
    Path file = temp.resolve("new-api.sql");
    Files.writeString(file, dump());
    importsEverything(file.toString());
  }

  /**
   * A dump as mysqldump writes it: backquotes, several rows per statement, and comments that MySQL
   * executes.
   */
  private String dump() {
    String schema =
        SourceDatabase.script("new-api.sql")
            .replaceAll("(?m)^  (\\w+|\"\\w+\") ", "  `$1` ")
            .replace("`\"", "`")
            .replace("\"`", "`")
            .replace('"', '`')
            .replace("\n);", "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='a; b';");
    return """
        -- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
        --
        /*!40101 SET NAMES utf8mb4 */;
        DROP TABLE IF EXISTS `users`;
        """
        + schema
        + "LOCK TABLES `users` WRITE;\n/*!40000 ALTER TABLE `users` DISABLE KEYS */;\n"
        + rows(true).replaceAll("\"(\\w+)\"(,|\\) )", "`$1`$2")
        + "UNLOCK TABLES;\n-- Dump completed on 2026-01-02  3:04:05\n";
  }

  private void importsEverything(String from) throws Exception {
    CommandResult dry = SourceDatabase.runImport(server, "new-api", "--from", from);
    assertThat(dry.status()).as(dry.toString()).isZero();
    assertThat(dry.out())
        .contains("nothing was written", "192.168.7.7:3000 is private", "UPSTREAM_ALLOWED_HOSTS")
        .contains("Kling", "is not a JSON object", "was deleted there", "one of the networks")
        .contains("its owner was not imported", "--share", "imported as OpenAI-compatible")
        .doesNotContain("-secret", "sk-up", TOKEN);
    assertThat(server.login("mei", SourceDatabase.OLD_PASSWORD)).isEmpty();

    JsonNode came = importReport(from, "--apply", "--share", "--owner", "root");
    assertThat(AntiHubImportIT.line(came, "user")).isEqualTo("found 4 came 3 here 0 left 1");
    assertThat(AntiHubImportIT.line(came, "key")).isEqualTo("found 5 came 3 here 0 left 2");
    assertThat(AntiHubImportIT.line(came, "account")).isEqualTo("found 7 came 4 here 0 left 3");
    JsonNode again = importReport(from, "--apply", "--share", "--owner", "root");
    assertThat(AntiHubImportIT.line(again, "user")).isEqualTo("found 4 came 0 here 3 left 1");
    assertThat(AntiHubImportIT.line(again, "key")).isEqualTo("found 5 came 0 here 3 left 2");
    assertThat(AntiHubImportIT.line(again, "account")).isEqualTo("found 7 came 0 here 4 left 3");

    String mei = server.login("mei", SourceDatabase.OLD_PASSWORD);
    assertThat(mei).isNotEmpty();
    assertThat(server.login("lili", SourceDatabase.OLD_PASSWORD)).isEmpty(); // Was disabled there.
    String root = server.login("root", SourceDatabase.OLD_PASSWORD);
    JsonNode accounts =
        server.call("GET", "/api/plugin-api/accounts", root, null).json().path("data");
    assertThat(accounts).hasSize(4);
    keysStillWork(mei);
  }

  private JsonNode importReport(String from, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("new-api", "--json", "--from", from));
    words.addAll(List.of(more));
    CommandResult typed = SourceDatabase.runImport(server, words.toArray(String[]::new));
    assertThat(typed.status()).as(typed.toString()).isZero();
    return JSON.readTree(typed.out());
  }

  private void keysStillWork(String mei) {
    TestServer.Response said =
        TestServer.eventually(
            () -> {
              TestServer.Response asked = chat("sk-" + TOKEN, "gpt-alias");
              return asked.status() == 200
                  ? java.util.Optional.of(asked)
                  : java.util.Optional.empty();
            });
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(upstream.requests().getLast().request().header("authorization").orElseThrow())
        .isEqualTo("Bearer sk-up-one");
    assertThat(upstream.requests().getLast().request().text()).contains("gpt-4o-real");
    assertThat(chat("sk-" + EMPTY, "gpt-alias").status()).isEqualTo(429);
    assertThat(chat("sk-" + NARROW, "gpt-4o").status()).isIn(401, 403); // From 10.0.0.0/8 only.
    assertThat(chat(TOKEN, "gpt-alias").status()).isEqualTo(401);
    for (JsonNode key : server.call("GET", "/api/api-keys", mei, null).json()) {
      if (key.path("name").asText().equals("narrow")) {
        assertThat(key.path("limits").path("usd_total").asDouble()).isEqualTo(1.5);
        assertThat(key.path("allowed_models").toString()).isEqualTo("[\"gpt-4o\",\"gpt-x\"]");
        assertThat(key.path("expires_at").asText()).startsWith("2100-01-01");
      } else if (key.path("name").asText().startsWith("it")) {
        assertThat(key.path("name").asText()).isEqualTo("it's; mine");
        assertThat(key.path("limits").isEmpty()).isTrue();
      }
    }
    assertThat(
            server
                .call("GET", "/api/admin/users?search=mei", server.admin(), null)
                .json()
                .path("users")
                .get(0)
                .path("id")
                .asLong())
        .isPositive();
  }

  private TestServer.Response chat(String key, String model) {
    return server.call(
        "POST",
        "/v1/chat/completions",
        key,
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model));
  }

  @Test
  void damagedSourceIsReportedAndNothingIsImported() throws Exception {
    String whole = dump();
    Path file = temp.resolve("cut.sql");
    for (int length :
        new int[] {whole.indexOf("-- Dump completed"), whole.length() / 2, whole.length() / 4, 0}) {
      Files.writeString(file, whole.substring(0, length));
      CommandResult cut =
          SourceDatabase.runImport(server, "new-api", "--from", file.toString(), "--apply");
      assertThat(cut.status()).as(cut.toString()).isEqualTo(1);
      assertThat(cut.err()).contains("is not a complete dump");
    }
    Files.write(file, new byte[] {'S', 'Q', 'L', 'i', 't', 'e', 0, 1, 2, 3});
    assertThat(SourceDatabase.runImport(server, "new-api", "--from", file.toString()).status())
        .isEqualTo(1);
    assertThat(SourceDatabase.runImport(server, "new-api", "--from", "missing.db").err())
        .contains("There is no file");
    assertThat(SourceDatabase.runImport(server, "new-api", "--from", server.databaseUrl()).err())
        .contains("There is no table tokens");
    assertThat(SourceDatabase.runImport(server, "new-api").status()).isEqualTo(2);
    assertThat(server.login("mei", SourceDatabase.OLD_PASSWORD)).isEmpty();
  }

  @Test
  void failureInTheMiddleImportsNothing() throws Exception {
    SourceDatabase other = SourceDatabase.database(server, "half_broken");
    other.run(
        SourceDatabase.script("new-api.sql"),
        rows(false),
        "ALTER TABLE channels RENAME TO channels_that_were",
        "CREATE VIEW channels AS SELECT * FROM channels_that_were WHERE 1 / (id - 3) IS NOT NULL");
    CommandResult typed =
        SourceDatabase.runImport(server, "new-api", "--from", other.url(), "--apply");
    assertThat(typed.status()).as(typed.toString()).isEqualTo(1);
    assertThat(typed.err()).contains("The table channels cannot be read");
    assertThat(server.login("mei", SourceDatabase.OLD_PASSWORD)).isEmpty();
    assertThat(chat("sk-" + TOKEN, "gpt-4o").status()).isEqualTo(401);
    other.run(
        "ALTER VIEW channels RENAME TO broken",
        "ALTER TABLE channels_that_were RENAME TO channels");
    assertThat(AntiHubImportIT.line(importReport(other.url(), "--apply"), "user"))
        .isEqualTo("found 4 came 3 here 0 left 1");
    assertThat(server.login("mei", SourceDatabase.OLD_PASSWORD)).isNotEmpty();
  }

  /** Dumps that mariadb-dump wrote, with blobs, routines, zero dates and unusual names. */
  @Test
  void fromRealDumpsOfOneApiAndNewApi() throws Exception {
    Path folder = Path.of("src/test/resources/importing").toAbsolutePath();
    String newer = folder.resolve("new-api-dump.sql").toString();
    JsonNode dry = importReport(newer);
    assertThat(AntiHubImportIT.line(dry, "user")).isEqualTo("found 6 came 3 here 0 left 3");
    JsonNode came = importReport(newer, "--apply");
    assertThat(AntiHubImportIT.line(came, "user")).isEqualTo("found 6 came 3 here 0 left 3");
    assertThat(AntiHubImportIT.line(came, "key")).isEqualTo("found 6 came 3 here 0 left 3");
    assertThat(AntiHubImportIT.line(came, "account")).isEqualTo("found 8 came 5 here 0 left 3");
    JsonNode again = importReport(folder.resolve("new-api-dump-hex.sql").toString(), "--apply");
    assertThat(AntiHubImportIT.line(again, "user")).isEqualTo("found 6 came 0 here 3 left 3");
    assertThat(AntiHubImportIT.line(again, "account")).isEqualTo("found 8 came 0 here 5 left 3");
    String mei = server.login("mei", SourceDatabase.OLD_PASSWORD);
    assertThat(server.call("GET", "/api/api-keys", mei, null).json().findValuesAsText("name"))
        .containsExactlyInAnyOrder("it's; mine \\ 😀", "narrow", "empty");

    JsonNode older =
        importReport(
            folder.resolve("one-api-dump.sql").toString(),
            "--apply",
            "--as",
            "one",
            "--rename",
            "root=root-one",
            "--rename",
            "mei=mei-one");
    assertThat(AntiHubImportIT.line(older, "user")).isEqualTo("found 5 came 3 here 0 left 2");
    assertThat(AntiHubImportIT.line(older, "key")).isEqualTo("found 4 came 3 here 0 left 1");
    assertThat(AntiHubImportIT.line(older, "account")).isEqualTo("found 6 came 4 here 0 left 2");
    assertThat(server.login("mei-one", SourceDatabase.OLD_PASSWORD)).isNotEmpty();
    assertThat(server.login("sso", "")).isEmpty();
  }

  @Test
  void twoSourcesAreKeptApart() throws Exception {
    Path one = temp.resolve("one.db");
    Path two = temp.resolve("two.db");
    for (Path file : List.of(one, two)) {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        SourceDatabase.run(
            connection,
            SourceDatabase.script("new-api.sql"),
            file.equals(one)
                ? rows(false)
                : rows(false)
                    .replace("'mei'", "'other-mei'")
                    .replace("Abcdefghij", "Zbcdefghij")
                    .replace("sk-up", "sk-down"));
      }
    }
    importReport(one.toString(), "--apply");
    JsonNode same = importReport(two.toString(), "--apply");
    assertThat(same.toString()).contains("another user with this id was imported earlier");
    JsonNode other = importReport(two.toString(), "--apply", "--as", "the-other");
    assertThat(AntiHubImportIT.line(other, "user")).isEqualTo("found 4 came 1 here 0 left 3");
    assertThat(server.login("other-mei", SourceDatabase.OLD_PASSWORD)).isNotEmpty();
    assertThat(chat("sk-" + TOKEN.replace("Abcdefghij", "Zbcdefghij"), "m").status())
        .isNotEqualTo(401);
  }
}
