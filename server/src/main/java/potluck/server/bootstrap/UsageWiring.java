package potluck.server.bootstrap;

import java.util.List;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.PriceStore;
import potluck.gateway.meter.Retention;
import potluck.gateway.meter.Tariff;
import potluck.gateway.meter.UsageQueries;
import potluck.gateway.quota.LedgerQueries;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.gateway.quota.Teams;
import potluck.gateway.relay.IdempotencyStore;
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
    Retention retention) {

  static UsageWiring of(Infrastructure ground, Accounts accounts, Vault vault) {
    SettingValues values = ground.settings().values();
    Jdbi jdbi = ground.jdbi();
    Journal journal = Journal.open(ground.settings().home().resolve("journal"));
    QuotaServices services =
        QuotaServices.create(values, jdbi, ground.changes(), accounts, ground.clock());
    Tariff tariff = services.tariff();
    Quotas quotas = services.quotas();
    UsageCopy copy = new UsageCopy();
    Ledger ledger =
        new Ledger(
            journal,
            ground.backgroundJdbi(),
            (handle, rows) -> {
              List<Quotas.Posting> postings = quotas.post(handle, copy.write(handle, rows));
              return () -> quotas.applyPosted(postings);
            },
            ground.nodeId());
    return new UsageWiring(
        journal,
        tariff,
        new PriceStore(jdbi, ground.changes(), tariff.prices()),
        services.limits(),
        quotas,
        ledger,
        new IdempotencyStore(jdbi, vault, ground.nodeId()),
        new BodyLog(jdbi, vault, values.isTrue(Setting.USAGE_LOG_BODIES)),
        new Retention(
            ground.reportJdbi(),
            values.number(Setting.USAGE_RETENTION_DAYS),
            values.number(Setting.USAGE_LOG_BODY_DAYS)));
  }

  /** The services behind the usage routes. */
  UsageServices usageServices(Infrastructure ground, Vault vault) {
    Jdbi patient = ground.reportJdbi();
    return new UsageServices(
        new UsageQueries(patient),
        bodyLog,
        quotas,
        limits,
        new Teams(ground.jdbi(), ground.changes()),
        new LedgerQueries(patient),
        new Statements(patient, quotas, ground.clock()),
        prices,
        tariff,
        new UserExport(patient, vault));
  }
}
