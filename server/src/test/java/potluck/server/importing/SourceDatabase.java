package potluck.server.importing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/** Another gateway's database, in the PostgreSQL of a test server. */
record SourceDatabase(TestServer server, String name) {
  static final String OLD_PASSWORD = "old-password-1";
  static final String GO_HASH = "$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK";
  static final String PYTHON_HASH = "$2b$12$abcdefghijklmnopqrstuuYrY9kqrJtKpRnBNRLgSBkOn0T1JIiha";

  static SourceDatabase database(TestServer server, String name) throws SQLException {
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return new SourceDatabase(server, name);
  }

  String url() {
    return server.databaseUrl(name);
  }

  void run(String... scripts) throws SQLException {
    String[] parts = url().split("[:/@]+");
    try (Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://" + parts[3] + ":" + parts[4] + "/" + name, parts[1], parts[2])) {
      run(connection, scripts);
    }
  }

  static void run(Connection connection, String... scripts) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String script : scripts) {
        for (String part : script.split(";\\s*(\\n|$)")) {
          if (!part.isBlank()) {
            statement.execute(part);
          }
        }
      }
    }
  }

  /** The text of a file in {@code src/test/resources/importing}. */
  static String script(String file) {
    try (var in = SourceDatabase.class.getResourceAsStream("/importing/" + file)) {
      return new String(
          java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs {@code ./potluck import …} in the folder of the server; upstreams on 127.0.0.1 are
   * allowed.
   */
  static CommandResult runImport(TestServer server, String... words) {
    List<String> all = new java.util.ArrayList<>(List.of("import"));
    all.addAll(List.of(words));
    return CommandResult.runIn(
        server.folder(),
        Map.of(
            "UPSTREAM_ALLOWED_HOSTS", "127.0.0.1",
            "GITHUB_CLIENT_ID", "x",
            "GITHUB_CLIENT_SECRET", "y",
            "LITELLM_KEY", "sk-litellm-secret"),
        "",
        all.toArray(String[]::new));
  }
}
