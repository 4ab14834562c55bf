package potluck.server.command;

import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import potluck.server.api.ApiServer;
import potluck.server.bootstrap.PotluckServer;
import potluck.server.bootstrap.Wiring;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.http.HttpServer;
import potluck.server.logging.LogSettings;
import potluck.server.logging.Logging;
import potluck.server.settings.Setting;
import potluck.server.settings.Settings;

/** {@code ./potluck start}: starts the server and stops it on a signal. */
@Command(
    name = "start",
    description = "Start the server, with its own PostgreSQL unless DATABASE_URL is set.",
    mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(StartCommand.class);

  @Option(
      names = "--rehearse",
      hidden = true,
      description = "start, answer one call to the demo model, and stop: trains an AOT cache")
  private boolean trainAot;

  @Override
  public Integer call() throws SQLException, InterruptedException {
    Settings settings = PotluckCommand.settings();
    Path log = Path.of("logs/app.log");
    Logging.start(LogSettings.read(settings.values()), log);
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    // From here on, a signal during the start lets it finish and then stops it in order.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  told.countDown();
                  awaitQuietly(closed);
                },
                "stop on signal"));
    try {
      run(settings, log, told);
      return 0;
    } finally {
      closed.countDown();
    }
  }

  private void run(Settings settings, Path log, CountDownLatch told)
      throws SQLException, InterruptedException {
    try (Database database = open(settings)) {
      try (PotluckServer gateway = open(settings, database, log)) {
        if (trainAot) {
          AotTrainingRun.run(gateway);
          return;
        }
        told.await();
        LOG.info("stopping");
        gateway.drain(
            settings.values().seconds(Setting.SHUTDOWN_ACCEPT_SECONDS),
            settings.values().seconds(Setting.SHUTDOWN_DRAIN_SECONDS));
      }
    }
    LOG.info("stopped");
  }

  private static Database open(Settings settings) throws SQLException, InterruptedException {
    System.out.println(
        settings.databaseUrl().isPresent()
            ? "· connecting to the database / 连接数据库"
            : "· starting PostgreSQL / 启动 PostgreSQL");
    Database database = Database.open(settings);
    try {
      if (!database.isReachable()) {
        await(settings, database);
      }
      new Migrations(database.source()).upgrade();
      return database;
    } catch (RuntimeException | SQLException e) {
      database.close();
      throw e;
    }
  }

  /**
   * While the database is unreachable, a server answers health checks: alive, not ready, 503 for
   * everything else.
   */
  private static void await(Settings settings, Database database) throws InterruptedException {
    LOG.warn("the database is unreachable; waiting for it");
    try (HttpServer startupServer =
        ApiServer.startingServer(settings.listen().host(), settings.listen().port())) {
      while (!database.isReachable()) {
        Thread.sleep(200);
      }
      LOG.info("the database is reachable; port {} now serves everything", startupServer.port());
    }
  }

  private static PotluckServer open(Settings settings, Database database, Path log) {
    try {
      PotluckServer gateway = Wiring.start(settings, database);
      Banner.print(stdout(), settings, gateway, log);
      return gateway;
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof BindException) {
          throw new IllegalStateException(
              "port "
                  + settings.listen().port()
                  + " is taken; set PORT to another one / 端口已被占用，请用 PORT 指定其他端口",
              e);
        }
      }
      throw e;
    }
  }

  private static PrintStream stdout() {
    return System.out;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
