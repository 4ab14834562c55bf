package potluck.server;

import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.PriceBook;
import potluck.gateway.meter.Retention;
import potluck.gateway.meter.Tariff;
import potluck.gateway.meter.Usage;
import potluck.gateway.quota.Accounting;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.gateway.quota.Teams;
import potluck.gateway.relay.Retries;
import potluck.server.api.usage.Books;
import potluck.server.database.UsageCopy;
import potluck.server.moving.PersonExport;
import potluck.server.settings.Settings;

/** What is used, what it costs, and what is left: from the journal on disk to the ledger. */
record MoneyWiring(
    Journal journal,
    Tariff tariff,
    PriceBook prices,
    LimitBook limits,
    Quotas quotas,
    Ledger ledger,
    Retries retries,
    BodyLog bodies,
    Retention retention) {

  static MoneyWiring of(Ground ground, Accounts accounts, Vault vault) {
    Settings.Quotas settings = ground.settings().quotas();
    Jdbi jdbi = ground.jdbi();
    InstantSource clock = ground.clock();
    Journal journal = Journal.open(ground.settings().home().resolve("journal"));
    Tariff tariff = Tariffs.tariff(settings);
    LimitBook limits = new LimitBook(jdbi, ground.changes());
    Quotas quotas =
        new Quotas(
            jdbi,
            ground.changes(),
            accounts,
            limits,
            Tariffs.rules(settings, tariff),
            tariff,
            clock);
    UsageCopy copy = new UsageCopy();
    Ledger ledger =
        new Ledger(
            journal,
            ground.steady(),
            (handle, rows) -> {
              List<Quotas.Posting> postings = quotas.post(handle, copy.write(handle, rows));
              return () -> quotas.posted(postings);
            },
            ground.node());
    return new MoneyWiring(
        journal,
        tariff,
        new PriceBook(jdbi, ground.changes(), tariff.prices()),
        limits,
        quotas,
        ledger,
        new Retries(jdbi, vault, ground.node()),
        new BodyLog(jdbi, vault, settings.bodies()),
        new Retention(ground.patient(), settings.retentionDays(), settings.bodyDays()));
  }

  /** What the routes about it are made of. */
  Books books(Ground ground, Vault vault) {
    Jdbi patient = ground.patient();
    return new Books(
        new Usage(patient),
        bodies,
        quotas,
        limits,
        new Teams(ground.jdbi(), ground.changes()),
        new Accounting(patient),
        new Statements(patient, quotas, ground.clock()),
        prices,
        tariff,
        new PersonExport(patient, vault));
  }
}
