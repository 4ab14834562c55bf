package potluck.server.bootstrap;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.cluster.ClusterPeers;
import potluck.gateway.key.CidrRanges;
import potluck.gateway.meter.Ledger;
import potluck.gateway.plugin.PoolBackend;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.TokenCounter;
import potluck.gateway.relay.Tracer;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.upstream.Timeouts;
import potluck.server.api.ApiServer;
import potluck.server.api.HealthRoutes;
import potluck.server.api.ServerConfig;
import potluck.server.api.identity.IdentityServices;
import potluck.server.api.model.ModelApi;
import potluck.server.database.Database;
import potluck.server.http.HttpServer;
import potluck.server.metrics.LabelLimiter;
import potluck.server.metrics.Metrics;
import potluck.server.metrics.MetricsServer;
import potluck.server.redis.RedisConnection;
import potluck.server.settings.Settings;
import potluck.server.telemetry.Telemetry;

/** The whole program, wired by hand, from top to bottom. */
public final class Wiring {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final Duration JOURNAL_TIMEOUT = Duration.ofSeconds(10);

  private Wiring() {}

  /** Builds everything and opens the doors. The schema must be current. */
  public static PotluckServer start(Settings settings, Database database) {
    Infrastructure ground = Infrastructure.of(settings, database);
    IdentityServices people = IdentityWiring.identityServices(ground);
    PoolWiring pooled = PoolWiring.of(ground, people.users());
    UsageWiring money = UsageWiring.of(ground, pooled.accounts(), pooled.vault());
    LabelLimiter models = new LabelLimiter();
    Metrics figures = new Metrics(models);
    Optional<Telemetry> telemetry =
        settings.telemetry().map(where -> new Telemetry(where, ground.nodeId(), models));
    Relay relay = relay(ground, pooled, money, figures, telemetry);

    PotluckServer.FirstStartSecrets tickets = firstStart(ground, people, pooled);
    Optional<ClusterPeers> neighbours = startBackgroundWork(ground, people, pooled, money);

    AtomicBoolean draining = new AtomicBoolean();
    PoolBackend plugin = pooled.plugin();
    settings.admin().username().flatMap(people.users()::find).ifPresent(plugin::onLogin);
    HttpServer site =
        new ApiServer(
                serverConfig(settings),
                people,
                money.usageServices(ground, pooled.vault()),
                pooled.accountApi(ground),
                new ModelApi(
                    relay,
                    money.idempotencyStore(),
                    new TokenCounter(
                        pooled.routes(), pooled.pool(), ground.upstream(), pooled.credentials()),
                    plugin,
                    pooled.pool(),
                    pooled.routes(),
                    pooled.routeBook(),
                    money.tariff(),
                    money.bodyLog(),
                    people.audit(),
                    settings.streams().bufferClaudeCode(),
                    ground.clock()),
                settings.plugin().serviceAdminKey().orElse(null),
                settings.streams().keepAlive(),
                ground.changes(),
                database::isReachable,
                cacheState(ground, neighbours),
                draining::get,
                ground.clock())
            .start();
    MetricsRegistration.register(
        figures,
        site,
        pooled.pool(),
        money.quotas(),
        money.ledger(),
        people.passwords(),
        database,
        ground.redis(),
        telemetry);
    Optional<MetricsServer> metrics = metricsServer(settings.listen(), figures);
    List<Runnable> parts =
        List.of(
            () -> metrics.ifPresent(MetricsServer::close),
            () -> telemetry.ifPresent(Telemetry::close),
            ground.upstream()::close,
            ground.changes()::close,
            () -> neighbours.ifPresent(ClusterPeers::close),
            () -> ground.redis().ifPresent(RedisConnection::close),
            pooled.grants()::close,
            pooled.pool()::close,
            money.quotas()::close,
            people.lastUse()::close,
            money.bodyLog()::close,
            money.retention()::close,
            money.ledger()::close,
            money.journal()::close);
    return new PotluckServer(
        site, metrics.map(MetricsServer::port).orElse(0), draining, parts, tickets);
  }

  private static Relay relay(
      Infrastructure ground,
      PoolWiring pooled,
      UsageWiring money,
      Metrics figures,
      Optional<Telemetry> telemetry) {
    Settings.Pooling pooling = ground.settings().pooling();
    return new Relay(
        pooled.routes(),
        pooled.pool(),
        money.journal(),
        money.tariff(),
        money.quotas(),
        ground.upstream(),
        pooled.credentials(),
        figures,
        telemetry.map(Telemetry::tracer).orElse(Tracer.NONE),
        new Relay.Rules(
            pooling.attempts(),
            pooling.retryPercent(),
            ground.settings().limits().maxAnswerBytes()),
        ground.clock());
  }

  private static PotluckServer.FirstStartSecrets firstStart(
      Infrastructure ground, IdentityServices people, PoolWiring pooled) {
    Settings settings = ground.settings();
    FirstStart first =
        new FirstStart(
            people.users(),
            people.passwords(),
            people.setupLinks(),
            people.apiKeys(),
            pooled.accounts(),
            ground.clock());
    Optional<String> setup =
        first.ensureAdministrator(
            settings.admin().username().orElse(null), settings.admin().password().orElse(null));
    Optional<String> demoKey = settings.demo() ? Optional.of(first.demoKey()) : Optional.empty();
    return new PotluckServer.FirstStartSecrets(demoKey, setup);
  }

  /**
   * Reads what is kept, and begins what goes on by itself: in this order, because balances are read
   * once all that was used before is in them.
   */
  private static Optional<ClusterPeers> startBackgroundWork(
      Infrastructure ground, IdentityServices people, PoolWiring pooled, UsageWiring money) {
    ChangeFeed changes = ground.changes();
    Optional<RedisConnection> redis = ground.redis();
    pooled.remotePool().ifPresent(it -> it.createSeats(pooled.accounts()));
    people.sessions().load();
    people.apiKeys().load();
    pooled.pool().load();
    pooled.routeBook().load();
    pooled.grants().start();
    KeyReload newKeys =
        new KeyReload(
            ground.settings(),
            ground.jdbi(),
            people.accessTokens(),
            people.refreshes(),
            pooled.vault());
    newKeys.start();
    changes.listen(newKeys);
    money.prices().load();
    changes.start();
    redis.ifPresent(wire -> wire.start(changes::receive));
    changes.setMirror(ground.redisMirror());
    money.ledger().start();
    awaitJournalPosted(money.ledger());
    money.quotas().start();
    Optional<ClusterPeers> neighbours =
        redis.map(wire -> new ClusterPeers(wire, pooled.pool(), money.quotas()));
    redis.ifPresent(wire -> neighbours.ifPresent(all -> wire.onPeerLoad(all::receive)));
    neighbours.ifPresent(ClusterPeers::start);
    money.idempotencyStore().recover();
    money.bodyLog().start();
    money.retention().start();
    people.lastUse().start();
    return neighbours;
  }

  private static @Nullable Supplier<HealthRoutes.Cache> cacheState(
      Infrastructure ground, Optional<ClusterPeers> neighbours) {
    return ground
        .redis()
        .<Supplier<HealthRoutes.Cache>>map(
            wire ->
                () ->
                    new HealthRoutes.Cache(
                        wire.state(),
                        wire.reason(),
                        neighbours.map(ClusterPeers::nodeCount).orElse(1)))
        .orElse(null);
  }

  private static Optional<MetricsServer> metricsServer(Settings.Listen listen, Metrics figures) {
    return listen.metricsPort() == 0
        ? Optional.empty()
        : Optional.of(new MetricsServer(listen.metricsHost(), listen.metricsPort(), figures));
  }

  private static ServerConfig serverConfig(Settings settings) {
    Settings.Access doors = settings.access();
    return new ServerConfig(
        settings.listen().host(),
        settings.listen().port(),
        ServerLimitsFactory.serverLimits(settings.limits()),
        ServerLimitsFactory.loginLimits(settings.limits().loginAttempts()),
        CidrRanges.of(doors.trustedProxies()),
        Set.copyOf(doors.corsOrigins()),
        doors.checkUsername(),
        doors.maxKeysPerUser(),
        !settings.production());
  }

  /** Balances are read once all that was used before is in them. */
  private static void awaitJournalPosted(Ledger ledger) {
    try {
      if (!ledger.caughtUp(JOURNAL_TIMEOUT)) {
        LOG.warn("the journal of an earlier run is still being posted; balances may lag behind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The providers that ship with the program, and the operator's own. */
  public static Catalogue catalogue(Settings.Upstreams settings) {
    Timeouts bounds =
        new Timeouts(settings.connect(), settings.firstByte(), settings.idle(), settings.total());
    Catalogue shipped = Catalogue.shipped(bounds);
    return settings.providers().map(yaml -> shipped.with(yaml, bounds)).orElse(shipped);
  }
}
