package potluck.server.importing;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import potluck.server.database.Database;

/** Tables of a PostgreSQL or SQLite database, read in one snapshot. For one thread. */
final class JdbcTables implements SourceTables {
  private static final int FETCH_SIZE = 1000;

  private final Connection connection;
  private final @Nullable Database pool;
  private boolean released;

  private JdbcTables(Connection connection, @Nullable Database pool) {
    this.connection = connection;
    this.pool = pool;
  }

  /**
   * Opens a PostgreSQL.
   *
   * @param url like {@code DATABASE_URL}
   * @throws IOException if it cannot be reached
   */
  static JdbcTables postgres(String url) throws IOException {
    Database pool;
    try {
      pool = Database.connectTo(url);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "An address must look like postgresql://user:password@host:5432/name", e);
    } catch (SQLException e) {
      throw unreachable(e);
    }
    try {
      Connection connection = pool.source().getConnection();
      connection.setNetworkTimeout(Runnable::run, 0);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TIME ZONE 'UTC'");
        connection.setAutoCommit(false);
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      }
      return new JdbcTables(connection, pool);
    } catch (SQLException e) {
      pool.close();
      throw unreachable(e);
    }
  }

  private static IOException unreachable(SQLException e) {
    return new IOException("The source database cannot be reached: " + e.getMessage(), e);
  }

  static JdbcTables sqlite(Path file) throws IOException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    try {
      Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
      connection.setAutoCommit(false); // One snapshot here too.
      return new JdbcTables(connection, null);
    } catch (SQLException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Set<String> columns(String table) throws IOException {
    Set<String> columns = new LinkedHashSet<>();
    try (ResultSet found =
        connection.getMetaData().getColumns(null, connection.getSchema(), table, null)) {
      while (found.next()) {
        columns.add(found.getString("COLUMN_NAME"));
      }
    } catch (SQLException e) {
      throw unreadable(table, e);
    }
    return columns;
  }

  @Override
  public void each(String table, List<String> wanted, Consumer<SourceRow> sink) throws IOException {
    Set<String> there = columns(table);
    List<String> names = wanted.stream().filter(there::contains).toList();
    if (names.isEmpty()) {
      return;
    }
    String columns = names.stream().map(JdbcTables::quoted).collect(Collectors.joining(", "));
    String key = quoted(names.getFirst());
    String from = "SELECT " + columns + " FROM " + quoted(table);
    try {
      if (released) {
        readInPortions(from, key, names, sink);
      } else {
        try (PreparedStatement all = connection.prepareStatement(from + " ORDER BY " + key)) {
          all.setFetchSize(FETCH_SIZE);
          readRows(all, names, sink);
        }
      }
    } catch (SQLException e) {
      throw unreadable(table, e);
    }
  }

  /** Each portion is its own statement and transaction; rows are passed on after it. */
  private void readInPortions(String from, String key, List<String> names, Consumer<SourceRow> sink)
      throws SQLException {
    String batch = "%s WHERE %s > ? ORDER BY %2$s LIMIT %d".formatted(from, key, FETCH_SIZE);
    List<SourceRow> rows = new ArrayList<>();
    try (PreparedStatement first =
        connection.prepareStatement(from + " ORDER BY " + key + " LIMIT " + FETCH_SIZE)) {
      readRows(first, names, rows::add);
    }
    try (PreparedStatement next = connection.prepareStatement(batch)) {
      while (!rows.isEmpty()) {
        rows.forEach(sink);
        String last = rows.getLast().text(names.getFirst(), "");
        next.setObject(1, last, Types.OTHER); // In the type of the column, whichever it is.
        rows.clear();
        readRows(next, names, rows::add);
      }
    }
  }

  private static void readRows(
      PreparedStatement statement, List<String> names, Consumer<SourceRow> sink)
      throws SQLException {
    try (ResultSet found = statement.executeQuery()) {
      while (found.next()) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
          String value = found.getString(i + 1);
          if (value != null) {
            values.put(names.get(i), value);
          }
        }
        sink.accept(new SourceRow(values));
      }
    }
  }

  private static String quoted(String name) {
    return '"' + name + '"';
  }

  @Override
  public void endSnapshot() throws IOException {
    if (pool == null) {
      return; // A file, which is read row by row anyway.
    }
    try {
      connection.rollback();
      connection.setAutoCommit(true);
      released = true;
    } catch (SQLException e) {
      throw new IOException("The source database was lost: " + e.getMessage(), e);
    }
  }

  private static IOException unreadable(String table, SQLException e) {
    return new IOException("The table " + table + " cannot be read: " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      connection.close();
    } catch (SQLException e) {
      throw new IOException(e);
    } finally {
      if (pool != null) {
        pool.close();
      }
    }
  }
}
