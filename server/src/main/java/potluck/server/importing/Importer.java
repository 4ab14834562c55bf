package potluck.server.importing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import potluck.gateway.plugin.PluginUsers;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.quota.Quotas;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.upstream.AllowedHosts;
import potluck.server.pricing.QuotaServices;
import potluck.server.settings.Setting;
import potluck.server.settings.Settings;

/**
 * Imports from another system. Users, keys, accounts, quotas and routes are imported in one
 * transaction; a dry run does the same and rolls back. Usage follows in batches. It can be
 * repeated, and may run while the server runs. For one thread.
 */
public final class Importer {
  private static final List<RecordKind> TRANSACTIONAL =
      List.of(
          RecordKind.USER,
          RecordKind.LOGIN,
          RecordKind.KEY,
          RecordKind.ACCOUNT,
          RecordKind.QUOTA,
          RecordKind.ROUTE);

  private final Jdbi jdbi;
  private final Settings settings;
  private final Catalogue catalogue;
  private final Keyring keyring;
  private final Tariff tariff;
  private final ApiKeys keys;
  private final Accounts accounts;
  private final Quotas quotas;
  private final @Nullable PluginUsers pluginUsers;
  private final InstantSource clock = Clock.systemUTC();

  /**
   * The operator's decisions.
   *
   * @param sourceName a name for the source; two sources of a kind need two names
   * @param renamedUsers names in the source to names in Potluck
   * @param owner of the operator's accounts; null for the first administrator
   * @param share whether accounts become shared if the source does not say
   */
  public record ImportOptions(
      String sourceName, Map<String, String> renamedUsers, @Nullable String owner, boolean share) {}

  public Importer(Jdbi jdbi, Settings settings) {
    this.jdbi = jdbi;
    this.settings = settings;
    this.catalogue = settings.upstreams().catalogue();
    this.keyring = new Keyring(settings.tokens().jwt());
    ChangeFeed changes = new ChangeFeed(jdbi);
    this.keys = new ApiKeys(jdbi, changes, keyring);
    Vault vault = new Vault(settings.tokens().fernet(), clock);
    this.accounts = new Accounts(jdbi, vault, changes);
    this.pluginUsers =
        settings
            .plugin()
            .service()
            .map(service -> new PluginUsers(jdbi, vault, changes, service.base().toString()))
            .orElse(null);
    QuotaServices services =
        QuotaServices.create(settings.values(), jdbi, changes, accounts, clock);
    this.tariff = services.tariff();
    this.quotas = services.quotas();
  }

  /**
   * Imports everything.
   *
   * @param apply false for a dry run
   * @throws IOException if the source cannot be read; nothing is imported then
   */
  public ImportReport run(ImportSource source, ImportOptions options, boolean apply)
      throws IOException {
    ImportReport report = new ImportReport(options.sourceName(), apply);
    try {
      Map<String, Long> owners =
          jdbi.inTransaction(
              handle -> {
                // One import at a time: two would create the same users.
                handle.execute("SELECT pg_advisory_xact_lock(hashtextextended('import', 0))");
                importInTransaction(handle, source, options, report);
                Map<String, Long> users =
                    new ImportMappings(handle, options.sourceName(), keyring).usersBySourceId();
                if (!apply) {
                  handle.rollback();
                }
                return users;
              });
      // There may be years of usage, so no transaction stays open.
      jdbi.useHandle(handle -> usageImporter(handle, options, report, owners, apply).read(source));
      if (apply) {
        new Audit(jdbi, clock)
            .record(
                null,
                "import",
                source.kind() + " as " + options.sourceName(),
                report.summary(),
                "here");
      }
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
    return report;
  }

  private void importInTransaction(
      Handle handle, ImportSource source, ImportOptions options, ImportReport report) {
    ImportMappings mappings = new ImportMappings(handle, options.sourceName(), keyring);
    UserImporter userImporter =
        new UserImporter(handle, mappings, options, settings.externalLogins().providers(), clock);
    KeyAndAccountImporter keyAndAccountImporter =
        new KeyAndAccountImporter(
            handle,
            mappings,
            keys,
            new AccountImportRules(
                accounts,
                catalogue,
                AllowedHosts.parse(settings.values().text(Setting.UPSTREAM_ALLOWED_HOSTS))),
            pluginUsers,
            quotas,
            tariff,
            options,
            clock);
    for (RecordKind kind : TRANSACTIONAL) {
      read(
          source,
          kind,
          report,
          found -> {
            try {
              return switch (found) {
                case SourceRecord.SourceUser person -> userImporter.importUser(person);
                case SourceRecord.SourceLogin login -> userImporter.importLogin(login);
                case SourceRecord.SourceKey key -> keyAndAccountImporter.importKey(key);
                case SourceRecord.SourceAccount account ->
                    keyAndAccountImporter.importAccount(account);
                case SourceRecord.SourceQuota quota -> keyAndAccountImporter.importQuota(quota);
                case SourceRecord.SourceRoute route -> keyAndAccountImporter.importRoute(route);
                case SourceRecord.SourceUsage _ ->
                    throw new IllegalStateException("usage is imported separately");
              };
            } catch (JdbiException e) {
              throw new IllegalStateException(
                  "%s %s cannot be imported, so nothing was: %s"
                      .formatted(kind.label(), found.label(), reason(e)));
            }
          });
    }
  }

  /** The database's own words, without the values. */
  private static String reason(JdbiException e) {
    return e.getCause() == null
        ? e.getClass().getSimpleName()
        : String.valueOf(e.getCause().getMessage()).lines().findFirst().orElse("");
  }

  private interface RecordImporter {
    ImportOutcome importRecord(SourceRecord found);
  }

  private static void read(
      ImportSource source, RecordKind kind, ImportReport report, RecordImporter arrival) {
    try {
      source.read(
          kind,
          new ImportSource.Sink() {
            @Override
            public void accept(SourceRecord found) {
              switch (arrival.importRecord(found)) {
                case ImportOutcome.Imported came -> {
                  report.addImported(kind, 1);
                  came.remarks().forEach(remark -> report.addRemark(kind, found.label(), remark));
                }
                case ImportOutcome.AlreadyPresent _ -> report.addPresent(kind, 1);
                case ImportOutcome.Skipped left ->
                    report.addSkipped(kind, found.label(), left.reason());
              }
            }

            @Override
            public void skip(String label, String why) {
              report.addSkipped(kind, label, why);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private UsageImporter usageImporter(
      Handle handle,
      ImportOptions options,
      ImportReport report,
      Map<String, Long> owners,
      boolean apply) {
    return new UsageImporter(
        handle,
        new ImportMappings(handle, options.sourceName(), keyring),
        owners,
        options.sourceName(),
        quotas,
        tariff,
        report,
        apply);
  }
}
