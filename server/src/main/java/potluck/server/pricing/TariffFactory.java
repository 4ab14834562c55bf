package potluck.server.pricing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import potluck.gateway.meter.ModelGroups;
import potluck.gateway.meter.PriceFile;
import potluck.gateway.meter.PriceList;
import potluck.gateway.meter.Tariff;
import potluck.gateway.quota.QuotaRules;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;

/** Makes the tariff and the rules of quotas from the settings. */
final class TariffFactory {
  private static final long MICROS = 1_000_000;

  /** What a token of a model without a price counts for in a quota: 0.10 USD a million. */
  private static final long UNPRICED_MICROS_PER_TOKEN = 100_000;

  private TariffFactory() {}

  static Tariff tariff(SettingValues values) {
    List<PriceList.Entry> entries = new ArrayList<>(PriceFile.shipped());
    values
        .path(Setting.PRICES_FILE)
        .ifPresent(
            file -> {
              try {
                entries.addAll(PriceFile.read(Files.readString(file)));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    String groups = values.text(Setting.MODEL_GROUPS);
    return new Tariff(
        new PriceList(entries),
        new ModelGroups(groups.isEmpty() ? ModelGroups.DEFAULT : groups),
        Tariff.Unit.valueOf(values.choice(Setting.QUOTA_UNIT).toUpperCase(Locale.ROOT)),
        values.number(Setting.QUOTA_ACCOUNT_USD) * MICROS,
        UNPRICED_MICROS_PER_TOKEN);
  }

  static QuotaRules rules(SettingValues values, Tariff tariff) {
    long onePercent = tariff.accountQuota() / 100;
    return new QuotaRules(
        // If the pool is at a Plug-in service, the service keeps the quotas.
        values.choice(Setting.QUOTA).equals("enforced")
            && values.find(Setting.PLUGIN_API_BASE_URL).isEmpty(),
        values.seconds(Setting.QUOTA_WAIT_SECONDS),
        onePercent * values.number(Setting.QUOTA_BASE_PERCENT),
        onePercent * values.number(Setting.QUOTA_BASE_HOURLY_PERCENT),
        tariff.accountQuota(),
        onePercent * values.number(Setting.QUOTA_HOURLY_PERCENT),
        values.number(Setting.HOLD_OUTPUT_TOKENS));
  }
}
