package potluck.server.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import potluck.server.backup.BackupManifest.Part;
import potluck.server.backup.BackupManifest.Table;
import potluck.server.database.Database;
import potluck.server.database.Migrations;

/**
 * Writes all that a house has into one file, while it runs. The journal is copied first and the
 * tables after it, in one transaction that sees one moment: what had ended when the backup began is
 * in one of the two or in both, and a restore posts it once. Used once.
 */
public final class Backup {
  private static final int NO_TIMEOUT = 0;

  private final Database database;
  private final String version;

  /**
   * @param version of the program, for the manifest
   */
  public Backup(Database database, String version) {
    this.database = database;
    this.version = version;
  }

  /**
   * What of this node's own goes in beside the database.
   *
   * @param node that the journal is of
   * @param journal its segments, which may be written meanwhile: a record that is only half there
   *     has a wrong checksum, and is passed over
   * @param secrets texts by name; empty for none
   */
  public record NodeFiles(String node, List<Path> journal, Map<String, String> secrets) {}

  /**
   * @param file is made, for its owner only; whole or not at all
   * @throws IllegalStateException where it is there already, or there is no schema to keep
   */
  public BackupManifest write(Path file, NodeFiles own) throws IOException, SQLException {
    if (Files.exists(file)) {
      throw new IllegalStateException(file + " is there already; choose another name");
    }
    Path half = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(half);
    Files.createFile(
        half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      BackupManifest manifest;
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(half))) {
        manifest = fill(zip, own);
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      return manifest;
    } finally {
      Files.deleteIfExists(half);
    }
  }

  private BackupManifest fill(ZipOutputStream zip, NodeFiles own) throws IOException, SQLException {
    List<Part> journal = new ArrayList<>();
    for (Path segment : own.journal()) {
      try (InputStream in = Files.newInputStream(segment)) {
        journal.add(BackupArchive.addPart(zip, "journal/" + segment.getFileName(), in::transferTo));
      } catch (NoSuchFileException e) {
        // All of it has been posted meanwhile.
      }
    }
    Migrations migrations = new Migrations(database.source());
    List<String> steps =
        migrations.history().stream()
            .filter(step -> step.appliedAt() != null)
            .map(Migrations.Step::id)
            .toList();
    if (steps.isEmpty()) {
      throw new IllegalStateException(
          "the database is empty; is this the folder where Potluck was started?");
    }
    List<Table> tables = new ArrayList<>();
    String postgres;
    try (Connection connection = database.source().getConnection()) {
      connection.setNetworkTimeout(Runnable::run, NO_TIMEOUT); // A large table takes its time.
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      }
      for (String name : DatabaseTables.names(connection, migrations.tables())) {
        tables.add(table(zip, connection, name));
      }
      postgres = connection.getMetaData().getDatabaseProductVersion();
      connection.rollback();
    }
    List<Part> secrets = new ArrayList<>();
    for (Map.Entry<String, String> secret : new TreeMap<>(own.secrets()).entrySet()) {
      secrets.add(
          BackupArchive.addPart(
              zip,
              "secrets/" + secret.getKey(),
              out -> out.write(secret.getValue().getBytes(StandardCharsets.UTF_8))));
    }
    BackupManifest manifest =
        new BackupManifest(
            BackupManifest.FORM,
            version,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            postgres,
            steps,
            own.node(),
            tables,
            journal,
            secrets);
    BackupArchive.addPart(
        zip,
        BackupManifest.NAME,
        out ->
            out.write(
                BackupManifest.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest)));
    return manifest;
  }

  private static Table table(ZipOutputStream zip, Connection connection, String name)
      throws IOException, SQLException {
    List<String> columns = DatabaseTables.columns(connection, name);
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    long[] rows = {0};
    Part part =
        BackupArchive.addPart(
            zip,
            "tables/" + name,
            out ->
                rows[0] =
                    copy.copyOut("COPY " + tableAndColumns(name, columns) + " TO STDOUT", out));
    return new Table(name, columns, rows[0], DatabaseTables.sequences(connection, name), part);
  }

  /** A table and its columns, as COPY takes them. */
  static String tableAndColumns(String table, List<String> columns) {
    return DatabaseTables.quoted(table)
        + columns.stream()
            .map(DatabaseTables::quoted)
            .collect(java.util.stream.Collectors.joining(", ", " (", ")"));
  }
}
