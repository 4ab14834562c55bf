package potluck.server.bootstrap;

import java.time.InstantSource;
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
import potluck.server.pricing.TariffFactory;
import potluck.server.settings.Settings;

/** What is used, what it costs, and what is left: from the journal on disk to the ledger. */
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
    Settings.Quotas settings = ground.settings().quotas();
    Jdbi jdbi = ground.jdbi();
    InstantSource clock = ground.clock();
    Journal journal = Journal.open(ground.settings().home().resolve("journal"));
    Tariff tariff = TariffFactory.tariff(settings);
    LimitStore limits = new LimitStore(jdbi, ground.changes());
    Quotas quotas =
        new Quotas(
            jdbi,
            ground.changes(),
            accounts,
            limits,
            TariffFactory.rules(settings, tariff),
            tariff,
            clock);
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
        limits,
        quotas,
        ledger,
        new IdempotencyStore(jdbi, vault, ground.nodeId()),
        new BodyLog(jdbi, vault, settings.keepBodies()),
        new Retention(ground.reportJdbi(), settings.retentionDays(), settings.bodyDays()));
  }

  /** What the routes about it are made of. */
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
