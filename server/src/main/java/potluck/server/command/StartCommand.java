package potluck.server.command;

import java.io.PrintStream;
import java.net.BindException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import potluck.server.api.ApiServer;
import potluck.server.api.ServerConfig;
import potluck.server.bootstrap.PotluckServer;
import potluck.server.bootstrap.Wiring;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.http.HttpServer;
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
    PotluckCommand.startLog(settings);
    settings.warnings().forEach(LOG::warn);
    CountDownLatch stopRequested = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    // From here on, a signal during the start lets it finish and then stops it in order.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopRequested.countDown();
                  awaitQuietly(closed);
                },
                "stop on signal"));
    try {
      run(settings, stopRequested);
      return 0;
    } finally {
      closed.countDown();
    }
  }

  private void run(Settings settings, CountDownLatch stopRequested)
      throws SQLException, InterruptedException {
    try (Database database = open(settings)) {
      try (PotluckServer gateway = open(settings, database)) {
        if (trainAot) {
          AotTrainingRun.run(gateway);
          return;
        }
        stopRequested.await();
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
            ? CommandText.of("· connecting to the database", "· 连接数据库")
            : CommandText.of("· starting PostgreSQL", "· 启动 PostgreSQL"));
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
    try (HttpServer startupServer = ApiServer.startingServer(ServerConfig.read(settings))) {
      while (!database.isReachable()) {
        Thread.sleep(200);
      }
      LOG.info("the database is reachable; port {} now serves everything", startupServer.port());
    }
  }

  private static PotluckServer open(Settings settings, Database database) {
    try {
      PotluckServer gateway = Wiring.start(settings, database);
      Banner.print(stdout(), settings, gateway);
      return gateway;
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof BindException || cause instanceof UnknownHostException) {
          throw new IllegalStateException(bindProblem(settings.listen(), cause), e);
        }
      }
      throw e;
    }
  }

  /** A port that is taken, or an address that this machine does not have. */
  private static String bindProblem(Settings.Listen listen, Throwable cause) {
    boolean taken = String.valueOf(cause.getMessage()).contains("already in use");
    return taken
        ? CommandText.of(
            "port " + listen.port() + " is taken; set PORT to another one",
            "端口 " + listen.port() + " 已被占用，请用 PORT 指定其他端口")
        : CommandText.of(
            "cannot listen on " + listen.host() + ": this machine has no such address; set HOST",
            "无法监听 " + listen.host() + "：本机没有此地址，请修改 HOST");
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
