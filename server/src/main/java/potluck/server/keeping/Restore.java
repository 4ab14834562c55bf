package potluck.server.keeping;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.zip.ZipFile;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.keeping.Manifest.Part;
import potluck.server.keeping.Manifest.Table;

/**
 * Brings a backup back into a database. It is held against its digests first, then the backup's
 * schema is made, loaded, counted, and brought up to this program's, all in one transaction: where
 * anything fails, the database is as it was. Used once.
 */
public final class Restore implements AutoCloseable {
  private final ZipFile zip;
  private final Manifest manifest;

  private Restore(ZipFile zip, Manifest manifest) {
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * @throws IllegalStateException where the file is no backup, or not whole
   */
  public static Restore open(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IllegalStateException("there is no file " + file + " that can be read");
    }
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (java.util.zip.ZipException e) {
      throw new IllegalStateException(file + " is no whole backup: " + e.getMessage(), e);
    }
    try {
      Manifest manifest = Archive.manifest(zip, file);
      Archive.damage(zip, manifest)
          .ifPresent(
              damage -> {
                throw new IllegalStateException(
                    file + " is damaged: " + damage + "; take another backup");
              });
      return new Restore(zip, manifest);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  public Manifest manifest() {
    return manifest;
  }

  /**
   * All of it or nothing.
   *
   * @param replace whether what is in the database may go
   * @throws IllegalStateException where something is there that may not go, or the backup is of a
   *     newer program, or not what its manifest says
   */
  public void into(Database database, boolean replace) throws IOException, SQLException {
    try (Connection connection = database.source().getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 0); // A large table takes its time.
      connection.setAutoCommit(false);
      try {
        into(connection, replace);
        connection.commit();
      } catch (IOException | SQLException | RuntimeException e) {
        takenBack(connection, e);
        throw e;
      }
    }
  }

  /** What went wrong first is what is to be told. */
  private static void takenBack(Connection connection, Exception wrong) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      wrong.addSuppressed(e); // The connection broke, so PostgreSQL takes it back by itself.
    }
  }

  private void into(Connection connection, boolean replace) throws IOException, SQLException {
    Migrations migrations = Migrations.within(connection);
    List<Migrations.Step> known = migrations.history();
    Set<String> names = known.stream().map(Migrations.Step::id).collect(Collectors.toSet());
    for (String step : manifest.steps()) {
      if (!names.contains(step)) {
        throw new IllegalStateException(
            "the backup has step "
                + step
                + " of the schema, which this program does not know; restore it with "
                + manifest.potluck()
                + " or a later one");
      }
    }
    List<String> applied =
        known.stream().filter(step -> step.appliedAt() != null).map(Migrations.Step::id).toList();
    if (!applied.isEmpty() && !replace) {
      refuseWhatIsThere(connection);
    }
    if (!applied.equals(manifest.steps())) {
      migrations.downgrade(applied.size());
      migrations.upgrade(manifest.steps().size());
    }
    load(connection, migrations.tables());
    migrations.upgrade();
  }

  private static void refuseWhatIsThere(Connection connection) throws SQLException {
    for (String table : List.of("users", "usage")) {
      long rows = Tables.count(connection, table);
      if (rows > 0) {
        throw new IllegalStateException(
            "the database is not empty: it has "
                + rows
                + " "
                + table
                + "; --replace takes all of it away and puts the backup in its place");
      }
    }
  }

  private void load(Connection connection, Set<String> ours) throws IOException, SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> all = new ArrayList<>(Tables.names(connection, ours));
      all.add("changes");
      statement.execute(
          "TRUNCATE "
              + all.stream().map(Tables::quoted).collect(Collectors.joining(", "))
              + " RESTART IDENTITY");
    }
    Map<String, Table> kept = new HashMap<>();
    manifest.tables().forEach(table -> kept.put(table.name(), table));
    for (String name : Tables.names(connection, ours)) {
      if (kept.containsKey(name)) {
        load(connection, kept.get(name));
      }
    }
  }

  /** COPY passes by the rules that keep entries from being changed, and by generated numbers. */
  private void load(Connection connection, Table table) throws IOException, SQLException {
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    try (InputStream in = Archive.open(zip, table.part())) {
      copy.copyIn("COPY " + Backup.place(table.name(), table.columns()) + " FROM STDIN", in);
    }
    long rows = Tables.count(connection, table.name());
    if (rows != table.rows()) {
      throw new IllegalStateException(
          "%s has %d rows, and the backup %d; nothing was changed"
              .formatted(table.name(), rows, table.rows()));
    }
    for (Map.Entry<String, Long> last : table.sequences().entrySet()) {
      try (PreparedStatement set =
          connection.prepareStatement("SELECT setval(pg_get_serial_sequence(?, ?), ?)")) {
        set.setString(1, Tables.quoted(table.name()));
        set.setString(2, last.getKey());
        set.setLong(3, last.getValue());
        set.execute();
      }
    }
  }

  /** Puts the segments of the journal into a folder. */
  public void journal(Path folder) throws IOException {
    for (Part part : manifest.journal()) {
      try (InputStream in = Archive.open(zip, part)) {
        Files.copy(in, folder.resolve(name(part)));
      }
    }
  }

  /** The secrets that are in it, by name; empty where it was made without. */
  public Map<String, String> secrets() throws IOException {
    Map<String, String> found = new HashMap<>();
    for (Part part : manifest.secrets()) {
      try (InputStream in = Archive.open(zip, part)) {
        found.put(
            name(part), new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  /** A mere name: whoever made the file may not choose where it goes. */
  private static String name(Part part) {
    return String.valueOf(Path.of(part.name()).getFileName());
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
