package potluck.server.bootstrap;

import java.util.List;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.StandingHistory;
import potluck.gateway.account.Vault;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.PriceStore;
import potluck.gateway.meter.Retention;
import potluck.gateway.meter.ServedToday;
import potluck.gateway.meter.Tariff;
import potluck.gateway.meter.UsageQueries;
import potluck.gateway.quota.LedgerQueries;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.QuotaHistory;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.gateway.quota.Teams;
import potluck.gateway.relay.IdempotencyStore;
import potluck.gateway.relay.RefusalCounts;
import potluck.server.api.usage.UsageServices;
import potluck.server.database.UsageCopy;
import potluck.server.exporting.UserExport;
import potluck.server.pricing.QuotaServices;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;

/** Builds metering, quotas and the ledger, from the journal on disk to the database. */
record UsageWiring(
    Journal journal,
    Tariff tariff,
    PriceStore prices,
    LimitStore limits,
    Quotas quotas,
    Ledger ledger,
    IdempotencyStore idempotencyStore,
    BodyLog bodyLog,
    Retention retention,
    StandingHistory standings,
    RefusalCounts refusals) {

  static UsageWiring of(Infrastructure infrastructure, Accounts accounts, Vault vault) {
    SettingValues values = infrastructure.settings().values();
    Jdbi jdbi = infrastructure.jdbi();
    Journal journal = Journal.open(infrastructure.settings().home().resolve("journal"));
    QuotaServices services =
        QuotaServices.create(
            values, jdbi, infrastructure.changes(), accounts, infrastructure.clock());
    Tariff tariff = services.tariff();
    Quotas quotas = services.quotas();
    UsageCopy copy = new UsageCopy();
    Ledger ledger =
        new Ledger(
            journal,
            infrastructure.backgroundJdbi(),
            (handle, rows) -> {
              List<Quotas.Posting> postings = quotas.post(handle, copy.write(handle, rows));
              return () -> quotas.applyPosted(postings);
            },
            infrastructure.nodeId());
    StandingHistory standings = new StandingHistory(infrastructure.reportJdbi());
    RefusalCounts refusals =
        new RefusalCounts(infrastructure.backgroundJdbi(), infrastructure.clock());
    return new UsageWiring(
        journal,
        tariff,
        new PriceStore(jdbi, infrastructure.changes(), tariff.prices()),
        services.limits(),
        quotas,
        ledger,
        new IdempotencyStore(jdbi, vault, infrastructure.nodeId()),
        new BodyLog(jdbi, vault, values.isTrue(Setting.USAGE_LOG_BODIES)),
        new Retention(
            infrastructure.reportJdbi(),
            values.number(Setting.USAGE_RETENTION_DAYS),
            values.number(Setting.USAGE_LOG_BODY_DAYS),
            () -> {
              standings.sweep(infrastructure.clock().instant());
              refusals.sweep(infrastructure.clock().instant());
            }),
        standings,
        refusals);
  }

  /** The services behind the usage routes. */
  UsageServices usageServices(Infrastructure infrastructure, Vault vault) {
    Jdbi backgroundJdbi = infrastructure.reportJdbi();
    return new UsageServices(
        new UsageQueries(backgroundJdbi),
        bodyLog,
        quotas,
        limits,
        new Teams(infrastructure.jdbi(), infrastructure.changes()),
        new LedgerQueries(backgroundJdbi),
        new Statements(backgroundJdbi, quotas, infrastructure.clock()),
        new QuotaHistory(backgroundJdbi, infrastructure.clock()),
        prices,
        tariff,
        new ServedToday(backgroundJdbi, infrastructure.clock()),
        new UserExport(backgroundJdbi, vault));
  }
}
