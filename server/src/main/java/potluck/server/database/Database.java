package potluck.server.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Settings;

/**
 * The database: the operator's by {@code DATABASE_URL}, or the embedded one. It has few
 * connections, and each call has a timeout. Thread-safe.
 */
public final class Database implements AutoCloseable {
  private static final int CONNECTIONS = 10;

  /** The application name of a node in PostgreSQL, followed by a unique name. */
  private static final String NODE_PREFIX = "potluck node ";

  /** The application name of a command, which does not count as a node. */
  private static final String COMMAND_PREFIX = "potluck command ";

  /** "The database system is starting up." */
  private static final String STARTING = "57P03";

  private static final long TIMEOUT_NANOS = 30_000_000_000L;
  private static final Duration REPORT_TIMEOUT = Duration.ofMinutes(5);
  private static final long CHECK_INTERVAL_NANOS = 1_000_000_000;
  private static final Pattern URL =
      Pattern.compile("postgres(?:ql)?(?:\\+\\w+)?://(?:(?<login>[^@/]*)@)?(?<place>.+)");

  private final @Nullable EmbeddedPostgres embedded;
  private final HikariDataSource pool;
  private final String name;
  private volatile long checkedAt = System.nanoTime() - CHECK_INTERVAL_NANOS;
  private volatile boolean isReachable;

  private Database(@Nullable EmbeddedPostgres own, HikariConfig config, String kind) {
    this.embedded = own;
    this.name = kind + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    this.pool = pool(config, name);
  }

  /**
   * For a node: starts the embedded database, or prepares to reach the operator's, which may be
   * down.
   *
   * @throws IllegalStateException if the embedded database cannot be started, with what to do
   */
  public static Database open(Settings settings) {
    return open(settings, NODE_PREFIX);
  }

  /**
   * For a command: the same, and waits until the database answers. One that is slow or starting is
   * waited for; a refusal is an error.
   *
   * @throws IllegalStateException if the embedded database cannot be started, with what to do
   * @throws SQLException if it refuses, or does not answer within 30 seconds
   */
  public static Database forCommand(Settings settings) throws SQLException {
    return open(settings, COMMAND_PREFIX).awaitConnection();
  }

  /**
   * For a command: the operator's database by a URL like {@code DATABASE_URL}.
   *
   * @throws IllegalArgumentException if it is not a URL
   * @throws SQLException if it refuses, or does not answer within 30 seconds
   */
  public static Database connectTo(String url) throws SQLException {
    return new Database(null, external(url), COMMAND_PREFIX).awaitConnection();
  }

  /**
   * For a command: the embedded database in this folder, whatever {@code DATABASE_URL} says.
   *
   * @throws SQLException if it does not answer within 30 seconds
   */
  public static Database embedded(Path home) throws SQLException {
    return embedded(home, COMMAND_PREFIX).awaitConnection();
  }

  /** Whether there is an embedded database in this data folder. */
  public static boolean existsIn(Path home) {
    return Files.exists(home.resolve("postgres/data/PG_VERSION"));
  }

  private static Database open(Settings settings, String kind) {
    return settings.databaseUrl().isPresent()
        ? new Database(null, external(settings.databaseUrl().get()), kind)
        : embedded(settings.home(), kind);
  }

  private static Database embedded(Path home, String kind) {
    Secret password = new SecretFiles(home).postgres();
    EmbeddedPostgres own = EmbeddedPostgres.start(home.resolve("postgres"), password);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(own.url());
    config.setUsername(own.user());
    config.setPassword(password.reveal());
    return new Database(own, config, kind);
  }

  private static HikariDataSource pool(HikariConfig config, String name) {
    config.setPoolName("database");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(2);
    config.setConnectionTimeout(3000);
    config.setValidationTimeout(1000);
    // An unreachable database does not keep the program from starting; readiness reports it.
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("connectTimeout", "3");
    config.addDataSourceProperty("socketTimeout", "30");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // Error details contain whole rows, which must not be in a log.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    config.addDataSourceProperty("ApplicationName", name);
    return new HikariDataSource(config);
  }

  /** {@code postgresql+asyncpg://user:password@host:port/name?options}, as AntiHub writes it. */
  static HikariConfig external(String url) {
    // Not java.net.URI, which rejects host names with underscores, as container networks have them.
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("DATABASE_URL does not look like postgresql://host/name");
    }
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:postgresql://" + parts.group("place"));
    @Nullable String login = parts.group("login");
    if (login != null) {
      int colon = login.indexOf(':');
      config.setUsername(decode(colon < 0 ? login : login.substring(0, colon)));
      if (colon >= 0) {
        config.setPassword(decode(login.substring(colon + 1)));
      }
    }
    return config;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Connections. Borrowing one takes at most 3 s, a silent statement 30 s. */
  public DataSource source() {
    return pool;
  }

  /** The same connections for sums over years of usage: a statement may be silent for 5 minutes. */
  public ConnectionFactory forReports() {
    return withTimeout(REPORT_TIMEOUT);
  }

  /**
   * The same connections with another timeout: short if somebody waits, long for large tables.
   *
   * @param timeout that a statement may keep before it fails
   */
  public ConnectionFactory withTimeout(Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    return () -> {
      Connection connection = pool.getConnection();
      try {
        // The pool resets it when the connection is returned.
        connection.setNetworkTimeout(Runnable::run, millis);
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    };
  }

  /** Whether it answers; checked at most once a second. */
  public boolean isReachable() {
    long now = System.nanoTime();
    if (now - checkedAt >= CHECK_INTERVAL_NANOS) {
      checkedAt = now;
      try (Connection connection = pool.getConnection()) {
        isReachable = connection.isValid(1);
      } catch (SQLException e) {
        isReachable = false;
      }
    }
    return isReachable;
  }

  /** This database once it answers; it is closed if it does not. */
  private Database awaitConnection() throws SQLException {
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (true) {
      try (Connection _ = pool.getConnection()) {
        return this;
      } catch (SQLException e) {
        if (isRefusal(e) || System.nanoTime() > deadline) {
          close();
          throw e;
        }
      }
    }
  }

  /** Whether the reason was something other than slowness. */
  private static boolean isRefusal(SQLException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException
          || (cause instanceof SQLException said && STARTING.equals(said.getSQLState()))) {
        return false;
      }
    }
    return e.getCause() != null;
  }

  /**
   * Number of other nodes on this database, by the names of their connections.
   *
   * @throws SQLException if the query fails
   */
  public int countOtherNodes() throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE"
                    + " starts_with(application_name, ?) AND application_name <> ?"
                    + " AND datname = current_database()")) {
      query.setString(1, NODE_PREFIX);
      query.setString(2, name);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** The folder of the PostgreSQL programs, if it is the embedded one. */
  public Optional<Path> postgresPrograms() {
    return Optional.ofNullable(embedded).map(EmbeddedPostgres::bin);
  }

  @Override
  public void close() {
    pool.close();
    if (embedded != null) {
      embedded.close();
    }
  }
}
