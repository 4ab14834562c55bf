package potluck.server.moving;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

/** Tables in a PostgreSQL or in a SQLite file, as they were at one moment. Used by one thread. */
final class JdbcRows implements Rows {
  private static final int AT_A_TIME = 1000;

  private final Connection connection;
  private final @Nullable Database pool;

  private JdbcRows(Connection connection, @Nullable Database pool) {
    this.connection = connection;
    this.pool = pool;
  }

  /**
   * @param url as {@code DATABASE_URL} has it
   * @throws IOException where nobody answers there
   */
  static JdbcRows postgres(String url) throws IOException {
    Database pool;
    try {
      pool = Database.at(url);
    } catch (IllegalArgumentException e) {
      throw new IOException("an address looks like postgresql://user:password@host:5432/name", e);
    } catch (SQLException e) {
      throw unreached(e);
    }
    try {
      Connection connection = pool.source().getConnection();
      connection.setAutoCommit(false);
      connection.setNetworkTimeout(Runnable::run, 0);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        statement.execute("SET LOCAL TIME ZONE 'UTC'");
      }
      return new JdbcRows(connection, pool);
    } catch (SQLException e) {
      pool.close();
      throw unreached(e);
    }
  }

  private static IOException unreached(SQLException e) {
    return new IOException("the database to read from cannot be reached: " + e.getMessage(), e);
  }

  static JdbcRows sqlite(Path file) throws IOException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    try {
      return new JdbcRows(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()), null);
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
      throw broken(table, e);
    }
    return columns;
  }

  @Override
  public void each(String table, List<String> wanted, Consumer<Row> sink) throws IOException {
    Set<String> there = columns(table);
    List<String> names = wanted.stream().filter(there::contains).toList();
    if (names.isEmpty()) {
      return;
    }
    String columns = names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(AT_A_TIME);
      try (ResultSet found =
          statement.executeQuery(
              "SELECT "
                  + columns
                  + " FROM \""
                  + table
                  + "\" ORDER BY "
                  + '"'
                  + names.getFirst()
                  + '"')) {
        while (found.next()) {
          Map<String, String> values = new HashMap<>();
          for (int i = 0; i < names.size(); i++) {
            String value = found.getString(i + 1);
            if (value != null) {
              values.put(names.get(i), value);
            }
          }
          sink.accept(new Row(values));
        }
      }
    } catch (SQLException e) {
      throw broken(table, e);
    }
  }

  private static IOException broken(String table, SQLException e) {
    return new IOException("the table " + table + " cannot be read: " + e.getMessage(), e);
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
