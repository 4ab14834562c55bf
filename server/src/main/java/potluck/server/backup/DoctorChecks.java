package potluck.server.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import potluck.gateway.meter.Journal;
import potluck.server.database.Database;
import potluck.server.settings.InvalidSettings;
import potluck.server.settings.Settings;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** The checks of {@code ./potluck doctor}. They change nothing, but start the embedded database. */
public final class DoctorChecks {
  private static final int MIN_JAVA = 25;
  private static final long MIN_FREE_BYTES = 256L << 20;
  private static final Instant EARLIEST_TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Finding> found = new ArrayList<>();

  private DoctorChecks() {}

  /**
   * The result of one check, in English. Each text has its Chinese form in {@code commands.zh.txt}.
   *
   * @param fix what to do; empty if nothing is wrong
   */
  public record Finding(String what, boolean well, String says, String fix) {
    static Finding well(String what, String says) {
      return new Finding(what, true, says, "");
    }

    static Finding wrong(String what, String says, String fix) {
      return new Finding(what, false, says, fix);
    }
  }

  /**
   * Runs all checks; checks that depend on a failed one are left out.
   *
   * @param environment of the process
   * @param folder where Potluck is started
   */
  public static List<Finding> all(Map<String, String> environment, Path folder, Clock clock) {
    DoctorChecks findings = new DoctorChecks();
    findings.java();
    findings.clock(clock);
    Settings settings;
    try {
      settings = Settings.loadReadOnly(environment, folder);
      findings.add(Finding.well("settings", "all of them are valid"));
    } catch (InvalidSettings e) {
      e.problems()
          .forEach(
              problem ->
                  findings.add(
                      Finding.wrong(
                          "settings", problem, "change it in the environment or in .env")));
      return findings.found;
    } catch (IllegalStateException e) {
      findings.add(
          Finding.wrong(
              "secrets", messageWithCause(e), "without it, what it encrypted or signed is lost"));
      return findings.found;
    } catch (UncheckedIOException e) {
      findings.add(
          Finding.wrong(
              "folder",
              messageWithCause(e),
              "set POTLUCK_HOME to a folder that this user can read and write"));
      return findings.found;
    }
    findings.folder(settings.home());
    boolean running = findings.journal(settings.home().resolve("journal"));
    findings.ports(settings.listen(), running);
    findings.redis(settings);
    findings.database(settings, clock);
    return findings.found;
  }

  /**
   * The checks of a server that runs, which already has its settings, ports and database.
   *
   * @param database of the server
   */
  public static List<Finding> ofRunning(Settings settings, Database database, Clock clock) {
    DoctorChecks findings = new DoctorChecks();
    findings.java();
    findings.clock(clock);
    findings.folder(settings.home());
    findings.journal(settings.home().resolve("journal"));
    findings.redis(settings);
    findings.found.addAll(DatabaseChecks.all(database, settings, clock));
    return findings.found;
  }

  /** Checks that the keys are those with which the data was written. */
  public static List<Finding> keys(Database database, Settings.Tokens tokens) {
    return DatabaseChecks.keys(database, tokens);
  }

  private void add(Finding finding) {
    found.add(finding);
  }

  private void java() {
    int version = Runtime.version().feature();
    add(
        version >= MIN_JAVA
            ? Finding.well("java", "Java " + Runtime.version())
            : Finding.wrong("java", "Java " + version, "install JDK " + MIN_JAVA));
  }

  private void clock(Clock clock) {
    Instant now = clock.instant();
    add(
        now.isAfter(EARLIEST_TIME)
            ? Finding.well("clock", now.toString())
            : Finding.wrong(
                "clock",
                "it shows " + now + ", which is long ago",
                "set it (timedatectl set-ntp true): tokens and quotas depend on it"));
  }

  private void folder(Path home) {
    try {
      Files.createDirectories(home);
      Files.delete(Files.createTempFile(home, "doctor", ".tmp"));
      long freeBytes = Files.getFileStore(home).getUsableSpace();
      add(
          freeBytes >= MIN_FREE_BYTES
              ? Finding.well("disk", (freeBytes >> 20) + " MiB are free for " + home)
              : Finding.wrong(
                  "disk",
                  (freeBytes >> 20)
                      + " MiB are free for "
                      + home
                      + ", less than "
                      + (MIN_FREE_BYTES >> 20),
                  "free some space: without it no new requests are accepted"));
    } catch (IOException e) {
      add(
          Finding.wrong(
              "folder",
              home + " cannot be written: " + e,
              "make it readable and writable for this user, or set POTLUCK_HOME"));
    }
  }

  /** Whether a running program uses the journal. */
  private boolean journal(Path folder) {
    try {
      boolean running = Journal.inUse(folder);
      List<Path> pieces = JournalCopy.segments(folder);
      for (Path piece : pieces) {
        Files.newInputStream(piece).close();
      }
      add(
          Finding.well(
              "journal",
              pieces.size()
                  + " segments; "
                  + (running ? "Potluck is running on it" : "Potluck is not running")));
      return running;
    } catch (IOException e) {
      add(Finding.wrong("journal", folder + " cannot be read: " + e, "allow this user to read it"));
      return false;
    }
  }

  private void ports(Settings.Listen listen, boolean running) {
    port("port", listen.host(), listen.port(), "PORT", running);
    if (listen.metricsPort() != 0) {
      port("metrics port", listen.metricsHost(), listen.metricsPort(), "METRICS_PORT", running);
    }
  }

  private void port(String what, String host, int port, String setting, boolean running) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      add(
          running && port != 0
              ? Finding.wrong(
                  what,
                  "nothing listens on " + host + ":" + port + ", although Potluck is running",
                  "look at logs/app.log; it may have been started with other settings")
              : Finding.well(what, host + ":" + port + " is free"));
    } catch (IOException | IllegalArgumentException e) {
      add(
          running
              ? Finding.well(what, host + ":" + port + " is in use while Potluck is running")
              : Finding.wrong(
                  what,
                  host + ":" + port + " cannot be listened on: " + e.getMessage(),
                  "stop the program that uses it, or change " + setting));
    }
  }

  private void redis(Settings settings) {
    if (settings.redis().isEmpty()) {
      add(Finding.well("redis", "no Redis is set; one node does not need it"));
      return;
    }
    try (RedisClient client = RedisClient.create(settings.redis().get())) {
      client.ping();
      add(Finding.well("redis", "it answers"));
    } catch (JedisException e) {
      add(
          Finding.wrong(
              "redis",
              "it does not answer: " + messageWithCause(e),
              "start it, or correct REDIS_URL; until then changes reach other nodes a second later"));
    }
  }

  private void database(Settings settings, Clock clock) {
    boolean none = settings.databaseUrl().isEmpty() && !Database.existsIn(settings.home());
    if (none) {
      add(Finding.well("database", "it does not exist yet; ./potluck start creates it"));
      return;
    }
    try (Database database = Database.forCommand(settings)) {
      found.addAll(DatabaseChecks.all(database, settings, clock));
    } catch (SQLException e) {
      add(
          Finding.wrong(
              "database",
              "it cannot be reached: " + DatabaseChecks.reason(e),
              settings.databaseUrl().isPresent()
                  ? "start it, or correct DATABASE_URL"
                  : "look at " + settings.home().resolve("postgres/postgres.log")));
    } catch (IllegalStateException | UncheckedIOException e) {
      add(
          Finding.wrong(
              "database",
              messageWithCause(e),
              "look at " + settings.home().resolve("postgres/postgres.log")));
    }
  }

  private static String messageWithCause(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")");
  }
}
