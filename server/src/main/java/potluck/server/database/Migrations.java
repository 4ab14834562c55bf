package potluck.server.database;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.ibatis.migration.Change;
import org.apache.ibatis.migration.operations.DownOperation;
import org.apache.ibatis.migration.operations.StatusOperation;
import org.apache.ibatis.migration.operations.UpOperation;
import org.apache.ibatis.migration.options.DatabaseOperationOption;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades and downgrades the schema. A PostgreSQL advisory lock allows one node at a time.
 * Thread-safe.
 */
public final class Migrations {
  /** An arbitrary number, the same for all nodes. */
  private static final long LOCK = 0x706f746c75636bL;

  private static final Pattern TABLE = Pattern.compile("(?im)^CREATE TABLE (\\w+)");

  private final Connections connections;
  private final MigrationScripts scripts;

  /** Whether the lock ends with the transaction of the connection's owner. */
  private final boolean inTransaction;

  private interface Connections {
    Connection get() throws SQLException;
  }

  public Migrations(DataSource source) {
    this(source, new MigrationScripts(MigrationScripts.FOLDER));
  }

  Migrations(DataSource source, MigrationScripts scripts) {
    this(source::getConnection, scripts, false);
  }

  private Migrations(Connections connections, MigrationScripts scripts, boolean within) {
    this.connections = connections;
    this.scripts = scripts;
    this.inTransaction = within;
  }

  /**
   * Runs steps in an open transaction; they are committed or rolled back with it.
   *
   * @param connection without auto-commit; it is neither committed nor closed here
   */
  public static Migrations inTransaction(Connection connection) {
    return new Migrations(
        () -> BorrowedConnection.of(connection), MigrationScripts.withoutLockTimeout(), true);
  }

  /**
   * One migration.
   *
   * @param appliedAt when it was applied; null if it is pending
   */
  public record Step(String id, String name, @Nullable String appliedAt) {}

  /**
   * Applies all pending migrations; costs two small queries if none is pending.
   *
   * @throws IllegalStateException if the database has migrations that this program does not know
   */
  public void upgrade() throws SQLException {
    unknownSteps().stream()
        .findFirst()
        .ifPresent(
            id -> {
              throw new IllegalStateException(
                  "The database has migration %04d, which this program does not know: it was applied by a newer"
                          .formatted(id)
                      + " Potluck. Start that one, or revert the migration with its './potluck db downgrade'.");
            });
    if (!appliedSteps().equals(knownSteps())) {
      withLock(
          () ->
              new UpOperation()
                  .operate(this::connectionWithoutTimeout, scripts, options(), discardOutput()));
    }
  }

  /** Names of the tables that migrations create. The schema may contain tables of others. */
  public Set<String> tables() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Change change : scripts.getMigrations()) {
      try (Reader reader = scripts.getScriptReader(change, false)) {
        Matcher made = TABLE.matcher(reader.readAllAsString());
        while (made.find()) {
          names.add(made.group(1));
        }
      }
    }
    return names;
  }

  /** Migrations of the database that this program does not know. */
  public List<Integer> unknownSteps() throws SQLException {
    Set<Integer> known = knownSteps();
    return appliedSteps().stream().filter(id -> !known.contains(id)).toList();
  }

  /**
   * Applies only the next migrations, for data of an older program.
   *
   * @param steps how many; 0 does nothing
   */
  public void upgrade(int steps) throws SQLException {
    for (int i = 0; i < steps; i++) {
      withLock(
          () ->
              new UpOperation(1)
                  .operate(this::connectionWithoutTimeout, scripts, options(), discardOutput()));
    }
  }

  /**
   * Reverts the last migrations.
   *
   * @param steps how many; 0 does nothing
   */
  public void downgrade(int steps) throws SQLException {
    for (int i = 0; i < steps && !appliedSteps().isEmpty(); i++) {
      withLock(
          () ->
              new DownOperation(1)
                  .operate(this::connectionWithoutTimeout, scripts, options(), discardOutput()));
    }
  }

  /** All migrations in order, applied or pending. */
  public List<Step> history() throws SQLException {
    if (appliedSteps().isEmpty()) {
      return scripts.getMigrations().stream().map(change -> step(change, null)).toList();
    }
    StatusOperation status =
        new StatusOperation()
            .operate(this::connectionWithoutTimeout, scripts, options(), discardOutput());
    return status.getCurrentStatus().stream()
        .map(change -> step(change, change.getAppliedTimestamp()))
        .toList();
  }

  /**
   * Writes an empty migration.
   *
   * @param folder the migrations' folder in the sources
   * @return the file
   */
  public static Path create(Path folder, String name) throws IOException {
    String words =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip().replace(' ', '_');
    if (words.isEmpty()) {
      throw new IllegalArgumentException(
          "The name of a migration needs a Latin letter or a digit: " + name);
    }
    List<Change> known = new MigrationScripts(MigrationScripts.FOLDER).getMigrations();
    int next = known.isEmpty() ? 1 : known.getLast().getId().intValue() + 1;
    String file = "%04d_%s.sql".formatted(next, words);
    Files.writeString(
        folder.resolve(file),
        """
        -- // %s

        -- //@UNDO

        """
            .formatted(name.strip()),
        StandardOpenOption.CREATE_NEW);
    Files.writeString(folder.resolve("index"), file + "\n", StandardOpenOption.APPEND);
    return folder.resolve(file);
  }

  private Set<Integer> knownSteps() {
    return scripts.getMigrations().stream()
        .map(change -> change.getId().intValue())
        .collect(Collectors.toSet());
  }

  private Set<Integer> appliedSteps() throws SQLException {
    Set<Integer> ids = new TreeSet<>();
    try (Connection connection = connections.get();
        Statement statement = connection.createStatement()) {
      try (ResultSet table =
          statement.executeQuery("SELECT to_regclass('changelog') IS NOT NULL")) {
        table.next();
        if (!table.getBoolean(1)) {
          return ids;
        }
      }
      try (ResultSet rows = statement.executeQuery("SELECT id FROM changelog")) {
        while (rows.next()) {
          ids.add(rows.getInt(1));
        }
      }
    }
    return ids;
  }

  /** A connection without a timeout: for another node's lock, or for a large index. */
  private Connection connectionWithoutTimeout() throws SQLException {
    Connection connection = connections.get();
    connection.setNetworkTimeout(Runnable::run, 0);
    return connection;
  }

  private void withLock(Runnable work) throws SQLException {
    try (Connection connection = connectionWithoutTimeout();
        Statement statement = connection.createStatement()) {
      if (inTransaction) {
        statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
        createChangelog(statement);
        work.run();
        return;
      }
      statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
      try {
        createChangelog(statement);
        LockTimeoutRetry.run(work);
      } finally {
        statement.execute("SELECT pg_advisory_unlock(" + LOCK + ")");
      }
    }
  }

  /** The library expects its table to exist. */
  private static void createChangelog(Statement statement) throws SQLException {
    statement.execute(
        """
        CREATE TABLE IF NOT EXISTS changelog (id numeric(20) PRIMARY KEY,
          applied_at varchar(25) NOT NULL, description varchar(255) NOT NULL)
        """);
  }

  private static Step step(Change change, @Nullable String appliedAt) {
    return new Step(
        "%04d".formatted(change.getId().intValue()), change.getDescription(), appliedAt);
  }

  private static DatabaseOperationOption options() {
    DatabaseOperationOption options = new DatabaseOperationOption();
    options.setChangelogTable("changelog");
    options.setStopOnError(true);
    options.setSendFullScript(true);
    options.setEscapeProcessing(false);
    return options;
  }

  private static PrintStream discardOutput() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
