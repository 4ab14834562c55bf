package potluck.server.exporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/**
 * The export of a user contains the user's data, the export of the operator contains all data, and
 * neither contains secrets.
 */
@Timeout(300)
class ExportIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "sk-upstream-that-nobody-may-see";

  @TempDir private Path temp;

  @Test
  void userExportHasOwnDataAndFullExportHasAll() throws Exception {
    TestServer server = TestServer.start(Map.of("USAGE_LOG_BODIES", "true"));
    try {
      String dora = server.user("dora");
      String other = server.user("erik");
      server.key(other);
      String key = server.key(dora);
      assertThat(
              server
                  .call(
                      "POST",
                      "/api/plugin-api/accounts",
                      dora,
                      """
                      {"provider":"openai","name":"=HYPERLINK(1)","api_key":"%s","models":["m-1"],"is_shared":0}
                      """
                          .formatted(SECRET))
                  .status())
          .isEqualTo(200);
      server.call(
          "POST",
          "/v1/chat/completions",
          key,
          "{\"model\":\"potluck-demo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
      TestServer.Response said =
          TestServer.eventually(
              () -> {
                TestServer.Response asked = server.call("GET", "/api/auth/me/export", dora, null);
                return asked.json().path("usage").size() == 1
                        && asked.json().path("kept_questions").size() == 1
                    ? Optional.of(asked)
                    : Optional.empty();
              });
      assertThat(said.header("content-disposition").orElseThrow()).startsWith("attachment");
      assertThat(said.header("cache-control").orElseThrow()).contains("no-store");
      checkUserExport(said.json());
      checkNoSecrets(server, said.text(), key);
      assertThat(server.call("GET", "/api/auth/me/export", key, null).status()).isEqualTo(401);
      assertThat(server.call("GET", "/api/auth/me/export", null, null).status()).isEqualTo(401);

      Path file = temp.resolve("dora.json");
      assertThat(
              CommandResult.succeeded(server.folder(), "export", "user", "dora", file.toString())
                  .out())
          .contains("exported everything about user");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      checkUserExport(JSON.readTree(file.toFile()));
      CommandResult twice =
          CommandResult.runIn(server.folder(), "export", "user", "dora", file.toString());
      assertThat(twice.status()).isEqualTo(1);
      assertThat(twice.err()).contains("already exists");
      assertThat(CommandResult.runIn(server.folder(), "export", "user", "nobody-here").status())
          .isEqualTo(1);
      checkUserExport(
          JSON.readTree(
              CommandResult.succeeded(server.folder(), "export", "user", "dora", "-").out()));
      assertThat(server.folder().resolve("-")).doesNotExist();

      for (String format : new String[] {"csv", "jsonl"}) {
        Path folder = temp.resolve(format);
        CommandResult all =
            CommandResult.succeeded(
                server.folder(), "export", "all", folder.toString(), "--format", format);
        assertThat(all.out()).contains("users", "usage", "The files contain no secrets");
        StringBuilder text = new StringBuilder();
        try (var files = Files.list(folder)) {
          for (Path each : files.toList()) {
            text.append(Files.readString(each));
          }
        }
        assertThat(text).contains("dora", "erik", "potluck-demo");
        checkNoSecrets(server, text.toString(), key);
        assertThat(
                CommandResult.runIn(server.folder(), "export", "all", folder.toString()).status())
            .isEqualTo(format.equals("csv") ? 1 : 0);
      }
      assertThat(Files.readString(temp.resolve("csv/accounts.csv"))).contains("'=HYPERLINK(1)");
      for (String line : Files.readAllLines(temp.resolve("jsonl/accounts.jsonl"))) {
        assertThat(JSON.readTree(line).path("cookie_id").asText()).hasSize(32);
      }
      truncatedExportIsNotACompleteFile(server, dora);
    } finally {
      server.close();
    }
  }

  /** A table cannot be read after other data has been written: the export must fail. */
  private void truncatedExportIsNotACompleteFile(TestServer server, String dora) throws Exception {
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO entries (transfer, book, user_id, model_group, amount, why)
            SELECT gen_random_uuid(), 'user', id, '', 1, repeat('x', 100)
            FROM users, generate_series(1, 3000) WHERE username = 'dora'
          """);
      statement.execute("ALTER TABLE usage RENAME COLUMN cost_disputed TO gone");
    }
    assertThatThrownBy(() -> server.call("GET", "/api/auth/me/export", dora, null))
        .isInstanceOf(UncheckedIOException.class);
    Path file = Files.createDirectory(temp.resolve("broken")).resolve("dora.json");
    assertThat(
            CommandResult.runIn(server.folder(), "export", "user", "dora", file.toString())
                .status())
        .isEqualTo(1);
    assertThat(temp.resolve("broken")).isEmptyDirectory();
    CommandResult printed = CommandResult.runIn(server.folder(), "export", "user", "dora");
    assertThat(printed.status()).isEqualTo(1);
    assertThatThrownBy(() -> JSON.readTree(printed.out())).isInstanceOf(IOException.class);
  }

  private static void checkUserExport(JsonNode export) {
    assertThat(export.path("user").path("username").asText()).isEqualTo("dora");
    assertThat(export.path("api_keys")).hasSize(1);
    assertThat(export.path("accounts")).hasSize(1);
    assertThat(export.path("accounts").get(0).path("models").toString()).isEqualTo("[\"m-1\"]");
    assertThat(export.path("usage").get(0).path("model_name").asText()).isEqualTo("potluck-demo");
    assertThat(export.path("sessions")).isNotEmpty();
    assertThat(export.path("kept_questions").get(0).path("body").asText()).contains("\"hi\"");
    assertThat(export.toString()).doesNotContain("erik");
  }

  /** The text contains no secret that was entered, and no stored hash or ciphertext of one. */
  private static void checkNoSecrets(TestServer server, String text, String key) throws Exception {
    List<String> secrets = new ArrayList<>(List.of(SECRET, key, TestServer.PASSWORD));
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT password_hash FROM users WHERE password_hash IS NOT NULL
                UNION ALL SELECT secret FROM accounts
                UNION ALL SELECT encode(hash, 'hex') FROM api_keys
                UNION ALL SELECT encode(hash, 'hex') FROM refresh_tokens
                """)) {
      while (rows.next()) {
        secrets.add(rows.getString(1));
      }
    }
    assertThat(text).doesNotContain(secrets.toArray(String[]::new));
  }
}
