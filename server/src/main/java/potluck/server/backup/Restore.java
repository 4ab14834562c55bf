package potluck.server.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import potluck.server.backup.BackupManifest.Part;
import potluck.server.backup.BackupManifest.Table;
import potluck.server.database.Database;
import potluck.server.database.Migrations;

/**
 * Restores a backup into a database. It checks the digests, creates the backup's schema, loads and
 * counts the rows, and upgrades the schema, all in one transaction: if anything fails, the database
 * is unchanged. For one use.
 */
public final class Restore implements AutoCloseable {
  private final ZipFile zip;
  private final BackupManifest manifest;

  private Restore(ZipFile zip, BackupManifest manifest) {
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * Opens a backup and checks it.
   *
   * @throws IllegalStateException if the file is not a backup, or if it is damaged
   */
  public static Restore open(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IllegalStateException("The file " + file + " does not exist or cannot be read.");
    }
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw new IllegalStateException(file + " is not a complete backup: " + e.getMessage(), e);
    }
    try {
      BackupManifest manifest = BackupArchive.manifest(zip, file);
      BackupArchive.findDamage(zip, manifest)
          .ifPresent(
              damage -> {
                throw new IllegalStateException(
                    file + " is damaged: " + damage + "; use another backup");
              });
      return new Restore(zip, manifest);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  public BackupManifest manifest() {
    return manifest;
  }

  /**
   * Restores everything or nothing.
   *
   * @param replace whether existing data may be deleted
   * @throws IllegalStateException if existing data may not be deleted, if the backup is from a
   *     newer program, or if it does not match its manifest
   */
  public void restoreInto(Database database, boolean replace) throws IOException, SQLException {
    try (Connection connection = database.source().getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 0); // A large table takes long.
      connection.setAutoCommit(false);
      try {
        restoreInto(connection, replace);
        connection.commit();
      } catch (IOException | SQLException | RuntimeException e) {
        rollback(connection, e);
        throw e;
      }
    }
  }

  /** The first error is the one to report. */
  private static void rollback(Connection connection, Exception wrong) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      wrong.addSuppressed(e); // The connection broke, so PostgreSQL rolls back by itself.
    }
  }

  private void restoreInto(Connection connection, boolean replace)
      throws IOException, SQLException {
    Migrations migrations = Migrations.inTransaction(connection);
    List<Migrations.Step> known = migrations.history();
    Set<String> names = known.stream().map(Migrations.Step::id).collect(Collectors.toSet());
    for (String step : manifest.steps()) {
      if (!names.contains(step)) {
        throw new IllegalStateException(
            "The backup has migration "
                + step
                + ", which this program does not know; restore it with "
                + manifest.potluck()
                + " or later.");
      }
    }
    List<String> applied =
        known.stream().filter(step -> step.appliedAt() != null).map(Migrations.Step::id).toList();
    if (!applied.isEmpty() && !replace) {
      requireEmpty(connection);
    }
    if (!applied.equals(manifest.steps())) {
      migrations.downgrade(applied.size());
      migrations.upgrade(manifest.steps().size());
    }
    load(connection, migrations.tables());
    migrations.upgrade();
  }

  private static void requireEmpty(Connection connection) throws SQLException {
    for (String table : List.of("users", "usage")) {
      long rows = DatabaseTables.count(connection, table);
      if (rows > 0) {
        throw new IllegalStateException(
            "The database is not empty: it has "
                + rows
                + " "
                + table
                + "; --replace deletes everything and restores the backup.");
      }
    }
  }

  private void load(Connection connection, Set<String> known) throws IOException, SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> all = new ArrayList<>(DatabaseTables.names(connection, known));
      all.add("changes");
      statement.execute(
          "TRUNCATE "
              + all.stream().map(DatabaseTables::quoted).collect(Collectors.joining(", "))
              + " RESTART IDENTITY");
    }
    Map<String, Table> kept = new HashMap<>();
    manifest.tables().forEach(table -> kept.put(table.name(), table));
    for (String name : DatabaseTables.names(connection, known)) {
      if (kept.containsKey(name)) {
        load(connection, kept.get(name));
      }
    }
  }

  /** COPY bypasses the triggers that keep entries from being changed, and generated numbers. */
  private void load(Connection connection, Table table) throws IOException, SQLException {
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    try (InputStream in = BackupArchive.open(zip, table.part())) {
      copy.copyIn(
          "COPY " + Backup.tableAndColumns(table.name(), table.columns()) + " FROM STDIN", in);
    }
    long rows = DatabaseTables.count(connection, table.name());
    if (rows != table.rows()) {
      throw new IllegalStateException(
          "%s has %d rows, but the backup has %d; nothing was changed"
              .formatted(table.name(), rows, table.rows()));
    }
    for (Map.Entry<String, Long> last : table.sequences().entrySet()) {
      try (PreparedStatement set =
          connection.prepareStatement("SELECT setval(pg_get_serial_sequence(?, ?), ?)")) {
        set.setString(1, DatabaseTables.quoted(table.name()));
        set.setString(2, last.getKey());
        set.setLong(3, last.getValue());
        set.execute();
      }
    }
  }

  /** Writes the journal segments into a folder. */
  public void journal(Path folder) throws IOException {
    for (Part part : manifest.journal()) {
      try (InputStream in = BackupArchive.open(zip, part)) {
        Files.copy(in, folder.resolve(fileName(part)));
      }
    }
  }

  /** The secrets in the backup, by name; empty if it has none. */
  public Map<String, String> secrets() throws IOException {
    Map<String, String> found = new HashMap<>();
    for (Part part : manifest.secrets()) {
      try (InputStream in = BackupArchive.open(zip, part)) {
        found.put(fileName(part), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  /** Only a file name, so that a crafted backup cannot write elsewhere. */
  private static String fileName(Part part) {
    return String.valueOf(Path.of(part.name()).getFileName());
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
