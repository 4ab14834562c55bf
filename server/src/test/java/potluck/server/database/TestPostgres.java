package potluck.server.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import potluck.gateway.account.Secret;

/**
 * The PostgreSQL server that all tests of one JVM share. Each test gets its own database: a copy of
 * a template in which all migrations are applied; this takes about 50 ms. The server is not durable
 * (fsync is off) and ends with the JVM. Safe for use by many threads.
 */
public final class TestPostgres {
  private static final String USER = "potluck";
  private static final String PASSWORD = "potluck-tests";
  private static final String TEMPLATE = "potluck_template";
  private static final long START_SECONDS = 60;
  private static final long POLL_NANOS = 10_000_000;
  private static final List<String> OPTIONS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "fsync=off",
          "synchronous_commit=off",
          "full_page_writes=off",
          "max_connections=200",
          "shared_buffers=64MB",
          "autovacuum=off",
          "log_destination=stderr",
          "log_min_messages=warning",
          "jit=off");

  private static @Nullable TestPostgres running;

  private final int port;
  private final AtomicInteger databases = new AtomicInteger();

  private TestPostgres(int port) {
    this.port = port;
  }

  /** The server of this JVM; the first call starts it. */
  public static synchronized TestPostgres get() {
    if (running == null) {
      running = start();
    }
    return running;
  }

  /** Creates a migrated database; returns its URL in the form of {@code DATABASE_URL}. */
  public String migratedDatabase() {
    return database(" TEMPLATE " + TEMPLATE);
  }

  /** Creates an empty database; returns its URL in the form of {@code DATABASE_URL}. */
  public String emptyDatabase() {
    return database("");
  }

  private String database(String from) {
    String name = "test_" + databases.incrementAndGet();
    execute("CREATE DATABASE " + name + from);
    return url(name);
  }

  private String url(String name) {
    return "postgresql://%s:%s@127.0.0.1:%d/%s".formatted(USER, PASSWORD, port, name);
  }

  private void execute(String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Links the unpacked PostgreSQL programs into a home folder, so that a server that starts there
   * need not unpack them; this saves a second.
   *
   * @param home the home folder of the server; it is created if it is missing
   */
  public static void shareBinaries(Path home) {
    shareBinariesIn(home.resolve("postgres"));
  }

  /**
   * @param folder the folder that is passed to {@link EmbeddedPostgres#start}
   */
  static void shareBinariesIn(Path folder) {
    try {
      Path link = Files.createDirectories(folder).resolve(PostgresBinaries.VERSION);
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, binaries());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Folder of the unpacked programs, below {@code target} so that later runs find them. */
  private static Path binaries() throws IOException {
    return PostgresBinaries.unpack(Path.of("target", "postgres").toAbsolutePath());
  }

  private static TestPostgres start() {
    try {
      Path folder = Files.createTempDirectory("potluck-test-postgres");
      Path data = folder.resolve("data");
      Path bin = binaries().resolve("bin");
      UnprivilegedUser unprivileged = UnprivilegedUser.find(folder);
      PostgresDataFolder.createIfMissing(bin, data, USER, new Secret(PASSWORD), unprivileged);
      Path log = folder.resolve("postgres.log");
      ProcessHandle process =
          PostgresLauncher.launch(
              bin, data, log, unprivileged, PostgresLauncher.port(folder), OPTIONS);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, folder)));
      TestPostgres started = new TestPostgres(await(data, log, process).port());
      started.execute("CREATE DATABASE " + TEMPLATE);
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl("jdbc:postgresql://127.0.0.1:" + started.port + "/" + TEMPLATE);
      source.setUser(USER);
      source.setPassword(PASSWORD);
      new Migrations(source).upgrade();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RunningPostgres await(Path data, Path log, ProcessHandle process)
      throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      var now = RunningPostgres.find(data).filter(RunningPostgres::ready);
      if (now.isPresent()) {
        return now.get();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new IllegalStateException(
        "the PostgreSQL of the tests does not start:\n" + Files.readString(log));
  }

  /** Kills the server and deletes its data folder, because no later run needs the data. */
  private static void end(ProcessHandle process, Path folder) {
    process.destroyForcibly();
    try {
      process.onExit().get(10, TimeUnit.SECONDS);
      PostgresBinaries.delete(folder);
    } catch (Exception e) {
      // The system deletes what is left in the temporary folder.
    }
  }
}
