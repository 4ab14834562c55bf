package potluck.server;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Supply;
import potluck.gateway.account.Vault;
import potluck.gateway.demo.DemoModel;
import potluck.gateway.grant.Consents;
import potluck.gateway.grant.Grants;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Channels;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Invitations;
import potluck.gateway.identity.Keyring;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.Refreshes;
import potluck.gateway.identity.Registration;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Revocations;
import potluck.gateway.identity.Roster;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.key.LastUse;
import potluck.gateway.key.Networks;
import potluck.gateway.login.Identities;
import potluck.gateway.login.Logins;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.PriceBook;
import potluck.gateway.meter.Retention;
import potluck.gateway.meter.Tariff;
import potluck.gateway.meter.Usage;
import potluck.gateway.nodes.Neighbours;
import potluck.gateway.plugin.Embedded;
import potluck.gateway.plugin.Plugin;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Credentials;
import potluck.gateway.quota.Accounting;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.gateway.quota.Teams;
import potluck.gateway.relay.Counting;
import potluck.gateway.relay.NeutralProbe;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.Retries;
import potluck.gateway.relay.Tracer;
import potluck.gateway.route.RouteBook;
import potluck.gateway.route.Routes;
import potluck.gateway.store.Changes;
import potluck.gateway.store.FastCopy;
import potluck.gateway.upstream.AllowedHosts;
import potluck.gateway.upstream.Bounds;
import potluck.gateway.upstream.HttpUpstream;
import potluck.gateway.upstream.Upstream;
import potluck.server.api.Doorway;
import potluck.server.api.HealthRoutes;
import potluck.server.api.House;
import potluck.server.api.Streaming;
import potluck.server.api.identity.People;
import potluck.server.api.usage.Books;
import potluck.server.database.Database;
import potluck.server.database.UsageCopy;
import potluck.server.http.Site;
import potluck.server.metrics.Figures;
import potluck.server.metrics.MetricsPort;
import potluck.server.metrics.Names;
import potluck.server.moving.PersonExport;
import potluck.server.redis.Redis;
import potluck.server.settings.HouseSecrets;
import potluck.server.settings.Settings;
import potluck.server.telemetry.Telemetry;

/** The whole program, wired by hand, from top to bottom. */
public final class Wiring {
  /** Between two words of the demo model: a pace that can be seen. */
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  /** People wait while another house is asked. */
  private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(10);

  private static final Duration CATCH_UP = Duration.ofSeconds(10);
  private static final Duration DEMO_PACE = Duration.ofMillis(15);

  /**
   * A batch of rows on a slow disk, or a lock that another node holds while it asks elsewhere; and
   * no longer: a database that has gone is asked again.
   */
  private static final Duration STEADY = Duration.ofSeconds(30);

  private Wiring() {}

  private static Jdbi jdbi(ConnectionFactory connections) {
    Jdbi jdbi = Jdbi.create(connections);
    jdbi.registerArrayType(String.class, "text");
    // What was bound to a statement does not belong into a log: hashes, names, sealed credentials.
    jdbi.configure(
        StatementExceptions.class,
        config -> config.setMessageRendering(StatementExceptions.MessageRendering.NONE));
    return jdbi;
  }

  /** Builds everything and opens the doors. The schema must be current. */
  public static Gateway open(Settings settings, Database database) {
    InstantSource clock = Clock.systemUTC();
    Jdbi jdbi = jdbi(database.within(settings.databaseSilence()));
    Jdbi steady = jdbi(database.within(STEADY));
    Jdbi patient = jdbi(database.patient());
    Changes changes = new Changes(jdbi);
    Optional<Redis> redis = settings.redis().map(Redis::new);
    FastCopy copied = redis.<FastCopy>map(wire -> wire).orElse(FastCopy.NONE);

    Keyring keyring = new Keyring(settings.tokens().jwt());
    AccessTokens access = new AccessTokens(keyring, settings.tokens().accessLife(), clock);
    Users users = new Users(jdbi, changes);
    Passwords passwords = new Passwords(keyring, settings.limits().guessing().mostWaiting());
    Sessions sessions =
        new Sessions(jdbi, changes, access, settings.tokens().refreshLife(), copied, clock);
    Refreshes refreshes =
        new Refreshes(
            jdbi,
            changes,
            access,
            keyring,
            new Refreshes.Rules(
                settings.tokens().refreshLife(),
                settings.tokens().refreshGrace(),
                settings.tokens().endOnReuse()),
            copied,
            clock);
    SetupLinks links = new SetupLinks(jdbi, users, clock);
    ApiKeys keys = new ApiKeys(jdbi, changes, keyring);

    Settings.Upstreams bounds = settings.upstreams();
    Catalogue catalogue = catalogue(bounds);
    Vault vault = new Vault(settings.tokens().fernet(), clock);
    Accounts accounts = new Accounts(jdbi, vault, changes);
    AllowedHosts allowed =
        AllowedHosts.parse(
            bounds.allowedHosts()
                + settings
                    .plugin()
                    .service()
                    .map(service -> "," + PlugIn.host(service))
                    .orElse(""));
    Upstream upstream = upstream(settings, allowed);
    Settings.Pooling pooling = settings.pooling();
    Grants grants = new Grants(steady, accounts, catalogue, changes, upstream, clock);
    NeutralProbe probe = new NeutralProbe(upstream, grants, clock);
    Optional<PlugIn> away =
        settings
            .plugin()
            .service()
            .map(
                service ->
                    PlugIn.at(service, bounds, steady, vault, changes, users, upstream, clock));
    Pool pool =
        new Pool(
            away.<Supply>map(PlugIn::seats).orElse(accounts),
            away.map(it -> catalogue.with(it.provider())).orElse(catalogue),
            changes,
            new Pool.Rules(
                pooling.mostWaiting(),
                pooling.turnPatience(),
                pooling.longestRest(),
                pooling.affinity(),
                pooling.conversations()),
            probe,
            clock);

    Journal journal = Journal.open(settings.home().resolve("journal"));
    Tariff tariff = Tariffs.tariff(settings.quotas());
    PriceBook prices = new PriceBook(jdbi, changes, tariff.prices());
    LimitBook limits = new LimitBook(jdbi, changes);
    Quotas quotas =
        new Quotas(
            jdbi,
            changes,
            accounts,
            limits,
            Tariffs.rules(settings.quotas(), tariff),
            tariff,
            clock);
    UsageCopy copy = new UsageCopy();
    UUID node = new HouseSecrets(settings.home()).node();
    Ledger ledger =
        new Ledger(
            journal,
            steady,
            (handle, rows) -> {
              List<Quotas.Posting> postings = quotas.post(handle, copy.write(handle, rows));
              return () -> quotas.posted(postings);
            },
            node);
    Retries retries = new Retries(jdbi, vault, node);
    RouteBook routeBook = new RouteBook(jdbi, changes);
    Routes routes = new Routes(routeBook::rules);
    Credentials credentials = away.<Credentials>map(PlugIn::remote).orElse(grants);
    Plugin plugin = away.<Plugin>map(PlugIn::remote).orElseGet(() -> new Embedded(pool));
    Names models = new Names();
    Figures figures = new Figures(models);
    Optional<Telemetry> telemetry =
        settings.telemetry().map(where -> new Telemetry(where, node, models));
    Relay relay =
        new Relay(
            routes,
            pool,
            journal,
            tariff,
            quotas,
            upstream,
            credentials,
            figures,
            telemetry.map(Telemetry::tracer).orElse(Tracer.NONE),
            new Relay.Rules(
                pooling.attempts(), pooling.retryPercent(), settings.limits().answerBytes()),
            clock);

    FirstStart first = new FirstStart(users, passwords, links, keys, accounts, clock);
    Optional<String> setup =
        first.administrator(
            settings.admin().username().orElse(null), settings.admin().password().orElse(null));
    Optional<String> demoKey = settings.demo() ? Optional.of(first.demoKey()) : Optional.empty();

    away.ifPresent(it -> it.open(accounts));
    sessions.load();
    keys.load();
    pool.load();
    routeBook.load();
    grants.start();
    NewKeys newKeys = new NewKeys(settings, jdbi, access, refreshes, vault);
    newKeys.start();
    changes.listen(newKeys);
    prices.load();
    changes.start();
    redis.ifPresent(wire -> wire.start(changes::heard));
    changes.alsoBy(copied);
    ledger.start();
    caughtUp(ledger);
    quotas.start();
    Optional<Neighbours> neighbours = redis.map(wire -> new Neighbours(wire, pool, quotas));
    redis.ifPresent(wire -> neighbours.ifPresent(all -> wire.neighbours(all::heard)));
    neighbours.ifPresent(Neighbours::start);
    retries.recover();
    Retention retention =
        new Retention(patient, settings.quotas().retentionDays(), settings.quotas().bodyDays());
    BodyLog bodies = new BodyLog(jdbi, vault, settings.quotas().bodies());
    bodies.start();
    retention.start();

    settings.admin().username().flatMap(users::find).ifPresent(plugin::welcome);

    AtomicBoolean draining = new AtomicBoolean();
    Invitations invitations = new Invitations(jdbi, clock);
    LastUse lastUse = new LastUse(keys);
    lastUse.start();
    People people =
        new People(
            users,
            new Roster(jdbi, changes),
            passwords,
            sessions,
            refreshes,
            new Devices(jdbi, sessions, clock),
            new Revocations(jdbi, changes),
            new ResetLinks(jdbi, changes, clock),
            links,
            new Registration(jdbi, invitations, settings.doors().registration()),
            invitations,
            access,
            keys,
            lastUse,
            new Audit(jdbi, clock),
            new Logins(
                jdbi,
                settings.foreign().houses(),
                settings.foreign().redirect(),
                upstream,
                new Bounds(bounds.connect(), LOGIN_PATIENCE, LOGIN_PATIENCE, LOGIN_PATIENCE),
                clock),
            new Identities(jdbi, users),
            new Channels(jdbi),
            settings.foreign().newUsers());
    Books books =
        new Books(
            new Usage(patient),
            bodies,
            quotas,
            limits,
            new Teams(jdbi, changes),
            new Accounting(patient),
            new Statements(patient, quotas, clock),
            prices,
            tariff,
            new PersonExport(patient, vault));
    Site site =
        new House(
                doorway(settings),
                people,
                books,
                accounts,
                catalogue,
                allowed,
                pool,
                plugin,
                settings.plugin().guestsKey().orElse(null),
                routes,
                routeBook,
                new Consents(
                    jdbi,
                    catalogue,
                    accounts,
                    grants,
                    settings.upstreams().consentRedirect(),
                    clock),
                grants,
                probe,
                relay,
                retries,
                new Counting(routes, pool, upstream, credentials),
                new Streaming(settings.streams().ccWhole(), settings.streams().pulse()),
                changes,
                database::reached,
                redis
                    .<Supplier<HealthRoutes.Cache>>map(
                        wire ->
                            () ->
                                new HealthRoutes.Cache(
                                    wire.state(),
                                    wire.why(),
                                    neighbours.map(Neighbours::count).orElse(1)))
                    .orElse(null),
                draining::get,
                clock)
            .open();
    Gauges.show(figures, site, pool, quotas, ledger, passwords, database, redis, telemetry);
    Optional<MetricsPort> metrics =
        settings.listen().metricsPort() == 0
            ? Optional.empty()
            : Optional.of(
                new MetricsPort(
                    settings.listen().metricsHost(), settings.listen().metricsPort(), figures));
    List<Runnable> parts =
        List.of(
            () -> metrics.ifPresent(MetricsPort::close),
            () -> telemetry.ifPresent(Telemetry::close),
            upstream::close,
            changes::close,
            () -> neighbours.ifPresent(Neighbours::close),
            () -> redis.ifPresent(Redis::close),
            grants::close,
            pool::close,
            quotas::close,
            lastUse::close,
            bodies::close,
            retention::close,
            ledger::close,
            journal::close);
    return new Gateway(
        site,
        metrics.map(MetricsPort::port).orElse(0),
        draining,
        parts,
        new Gateway.Tickets(demoKey, setup));
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

  private static Upstream upstream(Settings settings, AllowedHosts allowed) {
    return new DemoModel(new HttpUpstream(allowed, settings.upstreams().proxy()), DEMO_PACE);
  }
}
