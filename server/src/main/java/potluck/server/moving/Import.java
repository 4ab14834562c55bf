package potluck.server.moving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Keyring;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.meter.Tariff;
import potluck.gateway.plugin.Seats;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Quotas;
import potluck.gateway.store.Changes;
import potluck.gateway.upstream.AllowedHosts;
import potluck.server.Tariffs;
import potluck.server.Wiring;
import potluck.server.settings.Settings;

/**
 * Moves in from another house. People, keys, accounts, quotas and routes come together or not at
 * all, in one transaction; what a dry run does is the same, taken back at the end. Usage follows in
 * batches. It can be repeated, and may run while the house serves. Used by one thread.
 */
public final class Import {
  private static final List<Kind> TOGETHER =
      List.of(Kind.USER, Kind.LOGIN, Kind.KEY, Kind.ACCOUNT, Kind.QUOTA, Kind.ROUTE);

  private final Jdbi jdbi;
  private final Settings settings;
  private final Catalogue catalogue;
  private final Keyring keyring;
  private final Tariff tariff;
  private final ApiKeys keys;
  private final Accounts accounts;
  private final Quotas quotas;
  private final @Nullable Seats seats;
  private final InstantSource clock = Clock.systemUTC();

  /**
   * What the operator decides.
   *
   * @param as what the other house is called here; two of a kind need two names
   * @param renamed names of users there to names here
   * @param owner whose the operator's accounts are here; null for the first administrator
   * @param share whether accounts may be shared of which the other house does not say
   */
  public record Wishes(
      String as, Map<String, String> renamed, @Nullable String owner, boolean share) {}

  public Import(Jdbi jdbi, Settings settings) {
    this.jdbi = jdbi;
    this.settings = settings;
    this.catalogue = Wiring.catalogue(settings.upstreams());
    this.keyring = new Keyring(settings.tokens().jwt());
    this.tariff = Tariffs.tariff(settings.quotas());
    Changes changes = new Changes(jdbi);
    this.keys = new ApiKeys(jdbi, changes, keyring);
    Vault vault = new Vault(settings.tokens().fernet(), clock);
    this.accounts = new Accounts(jdbi, vault, changes);
    this.seats =
        settings
            .plugin()
            .service()
            .map(service -> new Seats(jdbi, vault, changes, service.base().toString()))
            .orElse(null);
    this.quotas =
        new Quotas(
            jdbi,
            changes,
            accounts,
            new LimitBook(jdbi, changes),
            Tariffs.rules(settings.quotas(), tariff),
            tariff,
            clock);
  }

  /**
   * @param apply whether anything is to stay
   * @throws IOException where the other house cannot be read; nothing has come then
   */
  public Report run(Source source, Wishes wishes, boolean apply) throws IOException {
    Report report = new Report(wishes.as(), apply);
    try {
      Map<String, Long> owners =
          jdbi.inTransaction(
              handle -> {
                // One at a time: two would each take the other's people for strangers.
                handle.execute("SELECT pg_advisory_xact_lock(hashtextextended('import', 0))");
                together(handle, source, wishes, report);
                Map<String, Long> users = new Arrived(handle, wishes.as(), keyring).users();
                if (!apply) {
                  handle.rollback();
                }
                return users;
              });
      // There may be years of it: no transaction is open meanwhile.
      jdbi.useHandle(handle -> usage(handle, wishes, report, owners, apply).read(source));
      if (apply) {
        new Audit(jdbi, clock)
            .record(null, "import", source.kind() + " as " + wishes.as(), report.told(), "here");
      }
    } catch (UncheckedIOException e) {
      throw java.util.Objects.requireNonNull(e.getCause());
    }
    return report;
  }

  private void together(Handle handle, Source source, Wishes wishes, Report report) {
    Arrived arrived = new Arrived(handle, wishes.as(), keyring);
    People people = new People(handle, arrived, wishes, settings.foreign().houses(), clock);
    Belongings belongings =
        new Belongings(
            handle,
            arrived,
            keys,
            new Bringing(
                accounts, catalogue, AllowedHosts.parse(settings.upstreams().allowedHosts())),
            seats,
            quotas,
            tariff,
            wishes,
            clock);
    for (Kind kind : TOGETHER) {
      read(
          source,
          kind,
          report,
          found -> {
            try {
              return switch (found) {
                case Found.Person person -> people.person(person);
                case Found.Login login -> people.login(login);
                case Found.Key key -> belongings.key(key);
                case Found.Account account -> belongings.account(account);
                case Found.Quota quota -> belongings.quota(quota);
                case Found.Route route -> belongings.route(route);
                case Found.Use _ -> throw new IllegalStateException("usage comes by itself");
              };
            } catch (JdbiException e) {
              throw new IllegalStateException(
                  "%s %s cannot come, so nothing has: %s"
                      .formatted(kind.word(), found.label(), why(e)));
            }
          });
    }
  }

  /** The database's own words, and none of the values that it was given. */
  private static String why(JdbiException e) {
    return e.getCause() == null
        ? e.getClass().getSimpleName()
        : String.valueOf(e.getCause().getMessage()).lines().findFirst().orElse("");
  }

  private interface Arrival {
    Outcome of(Found found);
  }

  private static void read(Source source, Kind kind, Report report, Arrival arrival) {
    try {
      source.read(
          kind,
          new Source.Sink() {
            @Override
            public void take(Found found) {
              switch (arrival.of(found)) {
                case Outcome.Came came -> {
                  report.came(kind, 1);
                  came.remarks().forEach(remark -> report.remark(kind, found.label(), remark));
                }
                case Outcome.Here _ -> report.here(kind, 1);
                case Outcome.Left left -> report.left(kind, found.label(), left.why());
              }
            }

            @Override
            public void leave(String label, String why) {
              report.left(kind, label, why);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Past usage(
      Handle handle, Wishes wishes, Report report, Map<String, Long> owners, boolean apply) {
    return new Past(
        handle,
        new Arrived(handle, wishes.as(), keyring),
        owners,
        wishes.as(),
        quotas,
        tariff,
        report,
        apply);
  }
}
