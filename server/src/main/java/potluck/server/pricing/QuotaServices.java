package potluck.server.pricing;

import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Accounts;
import potluck.gateway.meter.Tariff;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.Quotas;
import potluck.gateway.store.ChangeFeed;
import potluck.server.settings.SettingValues;

/** The objects around quotas, built in one place for the server, the importer and the replay. */
public record QuotaServices(Tariff tariff, LimitStore limits, Quotas quotas) {
  public static QuotaServices create(
      SettingValues values, Jdbi jdbi, ChangeFeed changes, Accounts accounts, InstantSource clock) {
    Tariff tariff = TariffFactory.tariff(values);
    LimitStore limits = new LimitStore(jdbi, changes);
    Quotas quotas =
        new Quotas(
            jdbi, changes, accounts, limits, TariffFactory.rules(values, tariff), tariff, clock);
    return new QuotaServices(tariff, limits, quotas);
  }
}
