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
import java.util.stream.Collectors;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import potluck.server.backup.BackupManifest.Part;
import potluck.server.backup.BackupManifest.Table;
import potluck.server.database.Database;
import potluck.server.database.Migrations;

/**
 * Writes everything into one file while the server runs. The journal is copied first, then the
 * tables in one snapshot: a request that had ended before the backup is in one of the two or in
 * both, and a restore posts it once. For one use.
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
   * The files of this node that are not in the database.
   *
   * @param node whose journal it is
   * @param journal its segments, which may be written meanwhile: an incomplete record has a wrong
   *     checksum and is skipped
   * @param secrets texts by name; empty for none
   */
  public record NodeFiles(String node, List<Path> journal, Map<String, String> secrets) {}

  /**
   * Writes the backup.
   *
   * @param file is created for its owner only, complete or not at all
   * @throws IllegalStateException if the file exists, or if the database is empty
   */
  public BackupManifest write(Path file, NodeFiles node) throws IOException, SQLException {
    if (Files.exists(file)) {
      throw new IllegalStateException(file + " already exists; choose another name");
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(temporary);
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      BackupManifest manifest;
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(temporary))) {
        manifest = fill(zip, node);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      return manifest;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private BackupManifest fill(ZipOutputStream zip, NodeFiles node)
      throws IOException, SQLException {
    List<Part> journal = new ArrayList<>();
    for (Path segment : node.journal()) {
      try (InputStream in = Files.newInputStream(segment)) {
        journal.add(BackupArchive.addPart(zip, "journal/" + segment.getFileName(), in::transferTo));
      } catch (NoSuchFileException e) {
        // The segment has been posted and deleted meanwhile.
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
          "The database is empty. Is this the folder in which Potluck was started?");
    }
    List<Table> tables = new ArrayList<>();
    String postgres;
    try (Connection connection = database.source().getConnection()) {
      connection.setNetworkTimeout(Runnable::run, NO_TIMEOUT); // A large table takes long.
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
    for (Map.Entry<String, String> secret : new TreeMap<>(node.secrets()).entrySet()) {
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
            node.node(),
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

  /** A table and its columns as in a COPY statement. */
  static String tableAndColumns(String table, List<String> columns) {
    return DatabaseTables.quoted(table)
        + columns.stream().map(DatabaseTables::quoted).collect(Collectors.joining(", ", " (", ")"));
  }
}
