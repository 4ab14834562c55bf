package potluck.server.bootstrap;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.cluster.ClusterPeers;
import potluck.gateway.identity.Keyring;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.PoolStatistics;
import potluck.gateway.plugin.PoolBackend;
import potluck.gateway.relay.AccountTester;
import potluck.gateway.relay.Observer;
import potluck.gateway.relay.ObserverGroup;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.TokenCounter;
import potluck.gateway.relay.Tracer;
import potluck.gateway.relay.UpstreamModels;
import potluck.gateway.store.ChangeFeed;
import potluck.server.api.ApiServer;
import potluck.server.api.HealthRoutes;
import potluck.server.api.ServerConfig;
import potluck.server.api.admin.AdminApi;
import potluck.server.api.identity.IdentityServices;
import potluck.server.api.live.LiveHub;
import potluck.server.api.model.ModelApi;
import potluck.server.backup.DoctorChecks;
import potluck.server.backup.LastBackup;
import potluck.server.database.Database;
import potluck.server.http.HttpServer;
import potluck.server.metrics.LabelLimiter;
import potluck.server.metrics.Metrics;
import potluck.server.metrics.MetricsServer;
import potluck.server.redis.RedisConnection;
import potluck.server.settings.ProgramVersion;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;
import potluck.server.settings.Settings;
import potluck.server.telemetry.Telemetry;

/** Builds the whole program by hand, from top to bottom, and starts it. */
public final class Wiring {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final Duration JOURNAL_TIMEOUT = Duration.ofSeconds(10);

  private Wiring() {}

  /**
   * Starts the server. The schema must be current.
   *
   * @throws RuntimeException if a part cannot start; those that were started are stopped then
   */
  public static PotluckServer start(Settings settings, Database database) {
    Lifecycle lifecycle = new Lifecycle();
    try {
      return start(settings, database, lifecycle);
    } catch (RuntimeException e) {
      lifecycle.close();
      throw e;
    }
  }

  private static PotluckServer start(Settings settings, Database database, Lifecycle lifecycle) {
    Infrastructure infrastructure = Infrastructure.of(settings, database);
    IdentityServices identity = IdentityWiring.identityServices(infrastructure);
    PoolWiring pool = PoolWiring.of(infrastructure, identity.users());
    UsageWiring usage = UsageWiring.of(infrastructure, pool.accounts(), pool.vault());
    LabelLimiter modelLabels = new LabelLimiter();
    Metrics metrics = new Metrics(modelLabels);
    Optional<Telemetry> telemetry =
        settings
            .telemetry()
            .map(config -> new Telemetry(config, infrastructure.nodeId(), modelLabels));
    lifecycle.add("upstream connections", infrastructure.upstream()::close);
    lifecycle.add("telemetry", () -> telemetry.ifPresent(Telemetry::close));
    AtomicBoolean draining = new AtomicBoolean();
    LiveHub live =
        new LiveHub(
            pool.accounts(),
            pool.pool(),
            infrastructure.changes(),
            draining::get,
            infrastructure.clock());
    Observer observer = new ObserverGroup(List.of(metrics, live, usage.refusals()));
    Relay relay = relay(infrastructure, pool, usage, observer, telemetry);

    PotluckServer.FirstStartSecrets firstStartSecrets = firstStart(infrastructure, identity, pool);
    Optional<ClusterPeers> peers =
        startBackgroundWork(lifecycle, infrastructure, identity, pool, usage);

    PoolBackend backend = pool.plugin();
    settings.admin().username().flatMap(identity.users()::find).ifPresent(backend::onLogin);
    HttpServer httpServer =
        new ApiServer(
                ServerConfig.read(settings),
                identity,
                usage.usageServices(infrastructure, pool.vault()),
                pool.accountApi(infrastructure),
                new ModelApi(
                    relay,
                    usage.idempotencyStore(),
                    new TokenCounter(
                        pool.routes(), pool.pool(), infrastructure.upstream(), pool.credentials()),
                    backend,
                    pool.pool(),
                    pool.routes(),
                    pool.routeBook(),
                    usage.tariff(),
                    usage.bodyLog(),
                    identity.audit(),
                    settings.values().isTrue(Setting.CC_BUFFER_STREAM),
                    infrastructure.clock()),
                settings.plugin().serviceAdminKey().orElse(null),
                settings.values().seconds(Setting.STREAM_KEEPALIVE_SECONDS),
                infrastructure.changes(),
                live,
                adminApi(infrastructure, database, pool, usage),
                database::isReachable,
                cacheState(infrastructure, peers),
                draining::get,
                infrastructure.clock())
            .start();
    lifecycle.add("the HTTP server", httpServer::close);
    lifecycle.start("the live streams", live::start, live::close);
    MetricsRegistration.register(
        metrics,
        httpServer,
        pool.pool(),
        usage.quotas(),
        usage.ledger(),
        identity.passwords(),
        database,
        infrastructure.redis(),
        telemetry);
    Optional<MetricsServer> metricsServer = metricsServer(settings.listen(), metrics);
    lifecycle.add("the metrics server", () -> metricsServer.ifPresent(MetricsServer::close));
    return new PotluckServer(
        httpServer,
        metricsServer.map(MetricsServer::port).orElse(0),
        draining,
        lifecycle,
        firstStartSecrets);
  }

  private static AdminApi adminApi(
      Infrastructure infrastructure, Database database, PoolWiring pool, UsageWiring usage) {
    Settings settings = infrastructure.settings();
    return new AdminApi(
        settings.values(),
        usage.standings(),
        usage.refusals(),
        new PoolStatistics(infrastructure.reportJdbi()),
        pool.routeBook(),
        () -> DoctorChecks.ofRunning(settings, database, Clock.systemUTC()),
        () -> LastBackup.find(database),
        ProgramVersion.NUMBER,
        infrastructure.clock());
  }

  private static Relay relay(
      Infrastructure infrastructure,
      PoolWiring pool,
      UsageWiring usage,
      Observer observer,
      Optional<Telemetry> telemetry) {
    SettingValues values = infrastructure.settings().values();
    return new Relay(
        pool.routes(),
        pool.pool(),
        usage.journal(),
        usage.tariff(),
        usage.quotas(),
        infrastructure.upstream(),
        pool.credentials(),
        observer,
        telemetry.map(Telemetry::tracer).orElse(Tracer.NONE),
        new Relay.Rules(
            values.integer(Setting.POOL_ATTEMPTS),
            values.integer(Setting.POOL_RETRY_PERCENT),
            values.number(Setting.POTLUCK_MAX_ANSWER_BYTES),
            values.integer(Setting.UPSTREAM_COUNT_FACTOR)),
        infrastructure.clock());
  }

  private static PotluckServer.FirstStartSecrets firstStart(
      Infrastructure infrastructure, IdentityServices identity, PoolWiring pool) {
    Settings settings = infrastructure.settings();
    FirstStart first =
        new FirstStart(
            identity.users(),
            identity.passwords(),
            identity.setupLinks(),
            identity.apiKeys(),
            pool.accounts(),
            new AdminSetting(infrastructure.jdbi(), new Keyring(settings.tokens().jwt())),
            infrastructure.clock());
    Optional<String> setupToken =
        first.ensureAdministrator(
            settings.admin().username().orElse(null), settings.admin().password().orElse(null));
    Optional<String> demoKey = settings.demo() ? Optional.of(first.demoKey()) : Optional.empty();
    return new PotluckServer.FirstStartSecrets(demoKey, setupToken);
  }

  /**
   * Loads the stored state and starts the background work. The order matters: balances are read
   * after the journal has been posted.
   */
  private static Optional<ClusterPeers> startBackgroundWork(
      Lifecycle lifecycle,
      Infrastructure infrastructure,
      IdentityServices identity,
      PoolWiring pool,
      UsageWiring usage) {
    ChangeFeed changes = infrastructure.changes();
    Optional<RedisConnection> redis = infrastructure.redis();
    lifecycle.add("the journal", usage.journal()::close);
    pool.remotePool().ifPresent(remote -> remote.createPluginUsers(pool.accounts()));
    identity.sessions().load();
    identity.apiKeys().load();
    lifecycle.start("the pool", pool.pool()::load, pool.pool()::close);
    pool.routeBook().load();
    lifecycle.start("the grants", pool.grants()::start, pool.grants()::close);
    KeyReload keyReload =
        new KeyReload(
            infrastructure.settings(),
            infrastructure.jdbi(),
            identity.accessTokens(),
            identity.refreshes(),
            pool.vault());
    keyReload.start();
    changes.listen(keyReload);
    usage.prices().load();
    lifecycle.start("the change feed", changes::start, changes::close);
    lifecycle.start(
        "Redis",
        () -> redis.ifPresent(connection -> connection.start(changes::receive)),
        () -> redis.ifPresent(RedisConnection::close));
    changes.setMirror(infrastructure.redisMirror());
    lifecycle.start("the ledger", usage.ledger()::start, usage.ledger()::close);
    awaitJournalPosted(usage.ledger());
    lifecycle.start("the quotas", usage.quotas()::start, usage.quotas()::close);
    if (pool.remotePool().isEmpty()
        && infrastructure.settings().values().isTrue(Setting.TEST_NEW_ACCOUNTS)) {
      AccountTester tester =
          new AccountTester(
              pool.accounts(),
              pool.catalogue(),
              pool.grants(),
              pool.probe(),
              new UpstreamModels(infrastructure.upstream()),
              usage.tariff().groups(),
              usage.quotas(),
              changes);
      lifecycle.start("the account tests", tester::start, tester::close);
    }
    Optional<ClusterPeers> peers =
        redis.map(connection -> new ClusterPeers(connection, pool.pool(), usage.quotas()));
    redis.ifPresent(
        connection -> peers.ifPresent(others -> connection.onPeerLoad(others::receive)));
    lifecycle.start(
        "the cluster peers",
        () -> peers.ifPresent(ClusterPeers::start),
        () -> peers.ifPresent(ClusterPeers::close));
    usage.idempotencyStore().recover();
    lifecycle.start("the body log", usage.bodyLog()::start, usage.bodyLog()::close);
    lifecycle.start("the refusal counts", usage.refusals()::start, usage.refusals()::close);
    lifecycle.start("the retention", usage.retention()::start, usage.retention()::close);
    lifecycle.start("the last use of keys", identity.lastUse()::start, identity.lastUse()::close);
    return peers;
  }

  private static @Nullable Supplier<HealthRoutes.Cache> cacheState(
      Infrastructure infrastructure, Optional<ClusterPeers> peers) {
    return infrastructure
        .redis()
        .<Supplier<HealthRoutes.Cache>>map(
            connection ->
                () ->
                    new HealthRoutes.Cache(
                        connection.state(),
                        connection.reason(),
                        peers.map(ClusterPeers::nodeCount).orElse(1)))
        .orElse(null);
  }

  private static Optional<MetricsServer> metricsServer(Settings.Listen listen, Metrics metrics) {
    return listen.metricsPort() == 0
        ? Optional.empty()
        : Optional.of(new MetricsServer(listen.metricsHost(), listen.metricsPort(), metrics));
  }

  private static void awaitJournalPosted(Ledger ledger) {
    try {
      if (!ledger.caughtUp(JOURNAL_TIMEOUT)) {
        LOG.warn(
            "the journal of an earlier run is still being posted; until then balances do not"
                + " include it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
