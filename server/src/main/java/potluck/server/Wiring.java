package potluck.server;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.demo.DemoModel;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Keyring;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.Refreshes;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Revocations;
import potluck.gateway.identity.Roster;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.Usage;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.relay.Counting;
import potluck.gateway.relay.Relay;
import potluck.gateway.route.Routes;
import potluck.gateway.store.Changes;
import potluck.gateway.upstream.AllowedHosts;
import potluck.gateway.upstream.Bounds;
import potluck.gateway.upstream.HttpUpstream;
import potluck.gateway.upstream.Upstream;
import potluck.server.database.Database;
import potluck.server.database.UsageCopy;
import potluck.server.http.House;
import potluck.server.http.Site;
import potluck.server.http.Streaming;
import potluck.server.settings.HouseSecrets;
import potluck.server.settings.Settings;

/** The whole program, wired by hand, from top to bottom. */
public final class Wiring {
  /** Between two words of the demo model: a pace that can be seen. */
  private static final Duration DEMO_PACE = Duration.ofMillis(15);

  private Wiring() {}

  /** Builds everything and opens the doors. The schema must be current. */
  public static Gateway open(Settings settings, Database database) {
    InstantSource clock = Clock.systemUTC();
    Jdbi jdbi = Jdbi.create(database.source());
    jdbi.registerArrayType(String.class, "text");
    Changes changes = new Changes(jdbi);

    Keyring keyring = new Keyring(settings.tokens().jwt());
    AccessTokens access = new AccessTokens(keyring, settings.tokens().accessLife(), clock);
    Users users = new Users(jdbi, changes);
    Passwords passwords = new Passwords(keyring);
    Sessions sessions = new Sessions(jdbi, changes, access, settings.tokens().refreshLife(), clock);
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
            clock);
    SetupLinks links = new SetupLinks(jdbi, users, clock);
    ApiKeys keys = new ApiKeys(jdbi, changes, keyring);

    Settings.Upstreams bounds = settings.upstreams();
    Catalogue catalogue =
        Catalogue.shipped(
            new Bounds(bounds.connect(), bounds.firstByte(), bounds.idle(), bounds.total()));
    Accounts accounts = new Accounts(jdbi, new Vault(settings.tokens().fernet(), clock), changes);
    Pool pool = new Pool(accounts, catalogue, changes, clock);
    AllowedHosts allowed = AllowedHosts.parse(bounds.allowedHosts());
    Upstream upstream = upstream(settings, allowed);

    Journal journal = Journal.open(settings.home().resolve("journal"));
    Ledger ledger =
        new Ledger(journal, jdbi, new UsageCopy(), new HouseSecrets(settings.home()).node());
    Routes routes = new Routes();
    Relay relay = new Relay(routes, pool, journal, upstream, clock);

    FirstStart first = new FirstStart(users, passwords, links, keys, accounts, clock);
    Optional<String> setup =
        first.administrator(
            settings.admin().username().orElse(null), settings.admin().password().orElse(null));
    Optional<String> demoKey = settings.demo() ? Optional.of(first.demoKey()) : Optional.empty();

    sessions.load();
    keys.load();
    pool.load();
    changes.start();
    ledger.start();

    AtomicBoolean draining = new AtomicBoolean();
    House house =
        new House(
            users,
            passwords,
            sessions,
            refreshes,
            new Devices(jdbi, sessions, clock),
            new Revocations(jdbi, changes),
            new ResetLinks(jdbi, changes, clock),
            new Roster(jdbi, changes),
            links,
            access,
            keys,
            accounts,
            catalogue,
            allowed,
            pool,
            relay,
            new Counting(routes, pool, upstream),
            new Usage(jdbi),
            settings.checkUsername(),
            new Streaming(settings.streams().ccWhole(), settings.streams().pulse()),
            database::reached,
            draining::get,
            clock);
    Site site =
        house.open(
            settings.listen().host(),
            settings.listen().port(),
            settings.limits().bodyBytes(),
            settings.limits().headerBytes());
    return new Gateway(site, draining, upstream, changes, ledger, journal, demoKey, setup);
  }

  private static Upstream upstream(Settings settings, AllowedHosts allowed) {
    return new DemoModel(new HttpUpstream(allowed, settings.upstreams().proxy()), DEMO_PACE);
  }
}
