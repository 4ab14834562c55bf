package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.testing.TestServer;

/** Tables are read in one snapshot; after the snapshot, reading holds no transaction open. */
@Timeout(120)
class JdbcTablesIT {
  private static final List<String> COLUMNS = List.of("id", "word");

  @TempDir private Path folder;

  @Test
  void readingAfterTheSnapshotIsCompleteAndHoldsNoTransaction() throws Exception {
    TestServer server = TestServer.shared();
    execute(server.database().source().getConnection(), "CREATE DATABASE many_rows");
    String url = server.databaseUrl("many_rows");
    String login = url.substring(url.indexOf("//") + 2, url.indexOf('@'));
    String[] parts = login.split(":", -1);
    String jdbc =
        "jdbc:postgresql://%s?user=%s&password=%s"
            .formatted(url.substring(url.indexOf('@') + 1), parts[0], parts[1]);
    execute(
        DriverManager.getConnection(jdbc),
        "CREATE TABLE words AS SELECT n::bigint AS id, 'word ' || n AS word FROM generate_series(1, 2500) n");
    try (JdbcTables rows = JdbcTables.postgres(url);
        Connection observer = DriverManager.getConnection(jdbc)) {
      List<String> before = new ArrayList<>();
      rows.each("words", COLUMNS, row -> before.add(row.text("word", "")));
      assertThat(before).hasSize(2500);
      assertThat(openTransactions(observer)).isEqualTo(1);
      execute(DriverManager.getConnection(jdbc), "INSERT INTO words VALUES (2501, 'new')");
      rows.endSnapshot();
      List<String> after = new ArrayList<>();
      TreeSet<Long> open = new TreeSet<>();
      rows.each(
          "words",
          COLUMNS,
          row -> {
            after.add(row.text("word", ""));
            open.add(openTransactions(observer));
          });
      before.add("new");
      assertThat(after).isEqualTo(before);
      assertThat(open).containsExactly(0L);
    }
  }

  @Test
  void sqliteFileIsReadInOneSnapshot() throws Exception {
    Path file = folder.resolve("one-api.db");
    String jdbc = "jdbc:sqlite:" + file;
    execute(
        DriverManager.getConnection(jdbc),
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE words (id INTEGER, word TEXT)",
        "INSERT INTO words VALUES (1, 'one')");
    try (JdbcTables rows = JdbcTables.sqlite(file)) {
      assertThat(words(rows)).containsExactly("one");
      execute(DriverManager.getConnection(jdbc), "INSERT INTO words VALUES (2, 'two')");
      assertThat(words(rows)).containsExactly("one");
    }
    try (JdbcTables rows = JdbcTables.sqlite(file)) {
      assertThat(words(rows)).containsExactly("one", "two");
    }
  }

  private static List<String> words(JdbcTables rows) throws Exception {
    List<String> words = new ArrayList<>();
    rows.each("words", COLUMNS, row -> words.add(row.text("word", "")));
    return words;
  }

  /** The number of other connections to this database with an open, idle transaction. */
  private static long openTransactions(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                    + " AND state LIKE 'idle in transaction%'")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }
}
