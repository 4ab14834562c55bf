package potluck.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.key.Networks;
import potluck.gateway.meter.Ledger;
import potluck.gateway.nodes.Neighbours;
import potluck.gateway.plugin.Plugin;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.relay.Counting;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.Tracer;
import potluck.gateway.store.Changes;
import potluck.gateway.upstream.Bounds;
import potluck.server.api.Doorway;
import potluck.server.api.HealthRoutes;
import potluck.server.api.House;
import potluck.server.api.identity.People;
import potluck.server.api.model.ModelApi;
import potluck.server.database.Database;
import potluck.server.http.Site;
import potluck.server.metrics.Figures;
import potluck.server.metrics.MetricsPort;
import potluck.server.metrics.Names;
import potluck.server.redis.Redis;
import potluck.server.settings.Settings;
import potluck.server.telemetry.Telemetry;

/** The whole program, wired by hand, from top to bottom. */
public final class Wiring {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final Duration CATCH_UP = Duration.ofSeconds(10);

  private Wiring() {}

  /** Builds everything and opens the doors. The schema must be current. */
  public static Gateway open(Settings settings, Database database) {
    Ground ground = Ground.of(settings, database);
    People people = IdentityWiring.people(ground);
    PoolWiring pooled = PoolWiring.of(ground, people.users());
    MoneyWiring money = MoneyWiring.of(ground, pooled.accounts(), pooled.vault());
    Names models = new Names();
    Figures figures = new Figures(models);
    Optional<Telemetry> telemetry =
        settings.telemetry().map(where -> new Telemetry(where, ground.node(), models));
    Relay relay = relay(ground, pooled, money, figures, telemetry);

    Gateway.Tickets tickets = firstStart(ground, people, pooled);
    Optional<Neighbours> neighbours = start(ground, people, pooled, money);

    AtomicBoolean draining = new AtomicBoolean();
    Plugin plugin = pooled.plugin();
    settings.admin().username().flatMap(people.users()::find).ifPresent(plugin::welcome);
    Site site =
        new House(
                doorway(settings),
                people,
                money.books(ground, pooled.vault()),
                pooled.api(ground),
                new ModelApi(
                    relay,
                    money.retries(),
                    new Counting(
                        pooled.routes(), pooled.pool(), ground.upstream(), pooled.credentials()),
                    plugin,
                    pooled.pool(),
                    pooled.routes(),
                    pooled.routeBook(),
                    money.tariff(),
                    money.bodies(),
                    people.audit(),
                    settings.streams().ccWhole(),
                    ground.clock()),
                settings.plugin().guestsKey().orElse(null),
                settings.streams().pulse(),
                ground.changes(),
                database::reached,
                cacheState(ground, neighbours),
                draining::get,
                ground.clock())
            .open();
    Gauges.show(
        figures,
        site,
        pooled.pool(),
        money.quotas(),
        money.ledger(),
        people.passwords(),
        database,
        ground.redis(),
        telemetry);
    Optional<MetricsPort> metrics = metrics(settings.listen(), figures);
    List<Runnable> parts =
        List.of(
            () -> metrics.ifPresent(MetricsPort::close),
            () -> telemetry.ifPresent(Telemetry::close),
            ground.upstream()::close,
            ground.changes()::close,
            () -> neighbours.ifPresent(Neighbours::close),
            () -> ground.redis().ifPresent(Redis::close),
            pooled.grants()::close,
            pooled.pool()::close,
            money.quotas()::close,
            people.lastUse()::close,
            money.bodies()::close,
            money.retention()::close,
            money.ledger()::close,
            money.journal()::close);
    return new Gateway(site, metrics.map(MetricsPort::port).orElse(0), draining, parts, tickets);
  }

  private static Relay relay(
      Ground ground,
      PoolWiring pooled,
      MoneyWiring money,
      Figures figures,
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
            pooling.attempts(), pooling.retryPercent(), ground.settings().limits().answerBytes()),
        ground.clock());
  }

  private static Gateway.Tickets firstStart(Ground ground, People people, PoolWiring pooled) {
    Settings settings = ground.settings();
    FirstStart first =
        new FirstStart(
            people.users(),
            people.passwords(),
            people.setupLinks(),
            people.keys(),
            pooled.accounts(),
            ground.clock());
    Optional<String> setup =
        first.administrator(
            settings.admin().username().orElse(null), settings.admin().password().orElse(null));
    Optional<String> demoKey = settings.demo() ? Optional.of(first.demoKey()) : Optional.empty();
    return new Gateway.Tickets(demoKey, setup);
  }

  /**
   * Reads what is kept, and begins what goes on by itself: in this order, because balances are read
   * once all that was used before is in them.
   */
  private static Optional<Neighbours> start(
      Ground ground, People people, PoolWiring pooled, MoneyWiring money) {
    Changes changes = ground.changes();
    Optional<Redis> redis = ground.redis();
    pooled.away().ifPresent(it -> it.open(pooled.accounts()));
    people.sessions().load();
    people.keys().load();
    pooled.pool().load();
    pooled.routeBook().load();
    pooled.grants().start();
    NewKeys newKeys =
        new NewKeys(
            ground.settings(), ground.jdbi(), people.access(), people.refreshes(), pooled.vault());
    newKeys.start();
    changes.listen(newKeys);
    money.prices().load();
    changes.start();
    redis.ifPresent(wire -> wire.start(changes::heard));
    changes.alsoBy(ground.copied());
    money.ledger().start();
    caughtUp(money.ledger());
    money.quotas().start();
    Optional<Neighbours> neighbours =
        redis.map(wire -> new Neighbours(wire, pooled.pool(), money.quotas()));
    redis.ifPresent(wire -> neighbours.ifPresent(all -> wire.neighbours(all::heard)));
    neighbours.ifPresent(Neighbours::start);
    money.retries().recover();
    money.bodies().start();
    money.retention().start();
    people.lastUse().start();
    return neighbours;
  }

  private static @Nullable Supplier<HealthRoutes.Cache> cacheState(
      Ground ground, Optional<Neighbours> neighbours) {
    return ground
        .redis()
        .<Supplier<HealthRoutes.Cache>>map(
            wire ->
                () ->
                    new HealthRoutes.Cache(
                        wire.state(), wire.why(), neighbours.map(Neighbours::count).orElse(1)))
        .orElse(null);
  }

  private static Optional<MetricsPort> metrics(Settings.Listen listen, Figures figures) {
    return listen.metricsPort() == 0
        ? Optional.empty()
        : Optional.of(new MetricsPort(listen.metricsHost(), listen.metricsPort(), figures));
  }

  private static Doorway doorway(Settings settings) {
    Settings.Doors doors = settings.doors();
    return new Doorway(
        settings.listen().host(),
        settings.listen().port(),
        Fences.fence(settings.limits()),
        Fences.logins(settings.limits().guessing()),
        Networks.of(doors.trustedProxies()),
        Set.copyOf(doors.corsOrigins()),
        doors.checkUsername(),
        doors.mostKeys(),
        !settings.production());
  }

  /** Balances are read once all that was used before is in them. */
  private static void caughtUp(Ledger ledger) {
    try {
      if (!ledger.caughtUp(CATCH_UP)) {
        LOG.warn("the journal of an earlier run is still being posted; balances may lag behind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The providers that ship with the program, and the operator's own. */
  public static Catalogue catalogue(Settings.Upstreams settings) {
    Bounds bounds =
        new Bounds(settings.connect(), settings.firstByte(), settings.idle(), settings.total());
    Catalogue shipped = Catalogue.shipped(bounds);
    return settings.providers().map(yaml -> shipped.with(yaml, bounds)).orElse(shipped);
  }
}
