package potluck.server.exporting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import potluck.server.backup.DatabaseTables;
import potluck.server.database.Database;
import potluck.server.database.Migrations;

/**
 * All data, one file per table, without secrets, for other programs. It cannot be restored; backups
 * can. For one thread.
 */
public final class FullExport {
  /** Tables that hold only secrets or short-lived rows. */
  private static final Set<String> EXCLUDED =
      Set.of(
          "refresh_tokens",
          "one_time_links",
          "login_states",
          "consents",
          "idempotency",
          "request_bodies",
          "journal_positions");

  /** All byte columns are hashes or encrypted; these text columns are secret too. */
  private static final Set<String> SECRET_COLUMNS =
      Set.of("users.password_hash", "accounts.secret", "plugin_users.api_key", "imports.mark");

  /** The format of files. */
  public enum FileFormat {
    /** Safe for spreadsheets: no cell is taken for a formula. */
    CSV,
    /** One JSON object per line. */
    JSONL
  }

  private final Database database;

  public FullExport(Database database) {
    this.database = database;
  }

  /**
   * Writes all tables in one snapshot, in constant memory, while the server runs.
   *
   * @param folder is created; existing files are not replaced
   * @param progress is called with each finished table and its number of rows
   */
  public void write(Path folder, FileFormat form, ObjLongConsumer<String> progress)
      throws IOException, SQLException {
    Files.createDirectories(folder);
    try (Connection connection = database.source().getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 0); // A large table takes long.
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        statement.execute("SET LOCAL TIME ZONE 'UTC'");
      }
      Set<String> known = new Migrations(database.source()).tables();
      for (String table : DatabaseTables.names(connection, known)) {
        if (!EXCLUDED.contains(table)) {
          progress.accept(table, table(connection, table, folder, form));
        }
      }
      connection.rollback();
    }
  }

  private static long table(Connection connection, String table, Path folder, FileFormat form)
      throws IOException, SQLException {
    Map<String, String> types = types(connection, table);
    List<String> shown =
        DatabaseTables.columns(connection, table).stream()
            .filter(column -> !"bytea".equals(types.get(column)))
            .filter(column -> !SECRET_COLUMNS.contains(table + "." + column))
            .toList();
    String columns =
        shown.stream()
            .map(
                column ->
                    form == FileFormat.CSV
                        ? escapedColumn(column, types)
                        : DatabaseTables.quoted(column))
            .collect(Collectors.joining(", "));
    String query =
        form == FileFormat.CSV
            ? "COPY (SELECT %s FROM %s) TO STDOUT WITH (FORMAT csv, HEADER)"
                .formatted(columns, DatabaseTables.quoted(table))
            // JSON contains neither of these characters, so COPY adds nothing to it.
            : "COPY (SELECT row_to_json(t) FROM (SELECT %s FROM %s) t) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
                .formatted(columns, DatabaseTables.quoted(table));
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    Path file = folder.resolve(table + (form == FileFormat.CSV ? ".csv" : ".jsonl"));
    long[] rows = {0};
    OwnerOnlyFile.create(file, out -> rows[0] = copy.copyOut(query, out));
    return rows[0];
  }

  /** A text that no spreadsheet takes for a formula. Source: OWASP, "CSV Injection". */
  private static String escapedColumn(String column, Map<String, String> types) {
    String name = DatabaseTables.quoted(column);
    return "text".equals(types.get(column))
        ? "CASE WHEN %1$s ~ '^[=+@\\t\\r-]' THEN '''' || %1$s ELSE %1$s END AS %1$s".formatted(name)
        : name;
  }

  private static Map<String, String> types(Connection connection, String table)
      throws SQLException {
    Map<String, String> types = new LinkedHashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT column_name, data_type FROM information_schema.columns"
                + " WHERE table_schema = current_schema() AND table_name = ?")) {
      query.setString(1, table);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          types.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return types;
  }
}
