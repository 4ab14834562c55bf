package potluck.server.backup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the tables from PostgreSQL's catalog, so that tables of new migrations are included. */
public final class DatabaseTables {
  /**
   * Not backed up: migrations write the changelog themselves, and the change feed means nothing to
   * another database.
   */
  private static final Set<String> EXCLUDED = Set.of("changelog", "changes");

  private DatabaseTables() {}

  /**
   * Names, each after the tables that it refers to.
   *
   * @param known tables that migrations create; others are ignored
   */
  public static List<String> names(Connection connection, Set<String> known) throws SQLException {
    Map<String, Set<String>> waiting = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT t.relname, r.relname FROM pg_class t
                LEFT JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f' AND c.confrelid <> t.oid
                LEFT JOIN pg_class r ON r.oid = c.confrelid
                WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
                ORDER BY t.relname
                """)) {
      while (rows.next()) {
        Set<String> before = waiting.computeIfAbsent(rows.getString(1), _ -> new LinkedHashSet<>());
        if (rows.getString(2) != null) {
          before.add(rows.getString(2));
        }
      }
    }
    EXCLUDED.forEach(waiting::remove);
    waiting.keySet().retainAll(known);
    List<String> ordered = new ArrayList<>();
    while (!waiting.isEmpty()) {
      List<String> ready =
          waiting.entrySet().stream()
              .filter(entry -> ordered.containsAll(entry.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      if (ready.isEmpty()) {
        throw new IllegalStateException("tables refer to each other in a cycle: " + waiting);
      }
      ordered.addAll(ready);
      ready.forEach(waiting::remove);
    }
    return ordered;
  }

  public static List<String> columns(Connection connection, String table) throws SQLException {
    return texts(
        connection,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            + " AND table_name = ? AND is_generated = 'NEVER' ORDER BY ordinal_position",
        table);
  }

  /** The last number of each sequence; unused sequences are left out. */
  static Map<String, Long> sequences(Connection connection, String table) throws SQLException {
    Map<String, Long> last = new LinkedHashMap<>();
    for (String column :
        texts(
            connection,
            "SELECT column_name FROM information_schema.columns WHERE table_schema ="
                + " current_schema() AND table_name = ? AND is_identity = 'YES'",
            table)) {
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT pg_sequence_last_value(pg_get_serial_sequence(?, ?)::regclass)")) {
        query.setString(1, quoted(table));
        query.setString(2, column);
        try (ResultSet row = query.executeQuery()) {
          if (row.next() && row.getObject(1) != null) {
            last.put(column, row.getLong(1));
          }
        }
      }
    }
    return last;
  }

  /** Rows of a table, as this transaction sees them. */
  static long count(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + quoted(table))) {
      row.next();
      return row.getLong(1);
    }
  }

  /** A name quoted for SQL. */
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static List<String> texts(Connection connection, String sql, String argument)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, argument);
      try (ResultSet rows = query.executeQuery()) {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
          found.add(rows.getString(1));
        }
        return found;
      }
    }
  }
}
