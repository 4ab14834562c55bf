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
import potluck.server.settings.Settings;

/** Makes prices and the rules of quotas from what the operator decided. */
public final class TariffFactory {
  private static final long MICROS = 1_000_000;

  /** What a token of a model without a price counts for in a quota: 0.10 USD a million. */
  private static final long UNPRICED_MICROS_PER_TOKEN = 100_000;

  private TariffFactory() {}

  public static Tariff tariff(Settings.Quotas settings) {
    List<PriceList.Entry> entries = new ArrayList<>(PriceFile.shipped());
    settings
        .prices()
        .ifPresent(
            file -> {
              try {
                entries.addAll(PriceFile.read(Files.readString(file)));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return new Tariff(
        new PriceList(entries),
        new ModelGroups(settings.groups().isEmpty() ? ModelGroups.DEFAULT : settings.groups()),
        Tariff.Unit.valueOf(settings.unit().toUpperCase(Locale.ROOT)),
        settings.accountUsd() * MICROS,
        UNPRICED_MICROS_PER_TOKEN);
  }

  public static QuotaRules rules(Settings.Quotas settings, Tariff tariff) {
    long worth = tariff.accountQuota();
    return new QuotaRules(
        settings.enforced(),
        settings.maxWait(),
        worth / 100 * settings.basePercent(),
        worth / 100 * settings.baseHourlyPercent(),
        worth,
        worth / 100 * settings.hourlyPercent());
  }
}
