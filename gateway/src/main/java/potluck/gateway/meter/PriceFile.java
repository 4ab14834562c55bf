package potluck.gateway.meter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Parses prices in USD per million tokens, in YAML or JSON. Stateless. */
public final class PriceFile {
  private static final BigDecimal PICO = BigDecimal.valueOf(1_000_000);
  private static final Set<String> KNOWN =
      Set.of(
          "model",
          "account",
          "input",
          "cached",
          "written",
          "output",
          "request",
          "above",
          "times",
          "from",
          "suffixes",
          "source",
          "checked");

  private PriceFile() {}

  /** The price list that ships with the program. */
  public static List<PriceList.Entry> shipped() {
    try (InputStream file = PriceFile.class.getResourceAsStream("/prices.yaml")) {
      if (file == null) {
        throw new IllegalStateException("prices.yaml is missing from the program");
      }
      return read(new Load(LoadSettings.builder().build()).loadFromInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses prices.
   *
   * @throws IllegalArgumentException with what is wrong and where, for people
   */
  public static List<PriceList.Entry> read(String yaml) {
    try {
      return read(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("This is neither YAML nor JSON: " + e.getMessage());
    }
  }

  private static List<PriceList.Entry> read(@Nullable Object document) {
    if (!(document instanceof List<?> listed)) {
      throw new IllegalArgumentException("Prices are a list of entries with a model each.");
    }
    List<PriceList.Entry> entries = new ArrayList<>();
    for (Object each : listed) {
      if (!(each instanceof Map<?, ?> entry)) {
        throw new IllegalArgumentException("Entry " + entries.size() + " is not an object.");
      }
      entries.add(entry(entry, "Entry " + entries.size()));
    }
    return entries;
  }

  private static PriceList.Entry entry(Map<?, ?> entry, String where) {
    for (Object name : entry.keySet()) {
      if (!KNOWN.contains(String.valueOf(name))) {
        throw new IllegalArgumentException(where + " has an unknown field: " + name + ".");
      }
    }
    Object model = entry.get("model");
    if (!(model instanceof String pattern) || pattern.isBlank()) {
      throw new IllegalArgumentException(where + " names no model.");
    }
    long input = pico(entry, "input", 0, where);
    Object account = entry.get("account");
    Price price =
        new Price(
            input,
            pico(entry, "cached", input, where),
            pico(entry, "written", input, where),
            pico(entry, "output", 0, where),
            number(entry, "request", BigDecimal.ZERO, where).multiply(PICO).longValue(),
            number(entry, "above", BigDecimal.ZERO, where).longValue(),
            number(entry, "times", BigDecimal.ONE, where).doubleValue(),
            from(entry.get("from"), where));
    from(entry.get("checked"), where);
    return new PriceList.Entry(
        pattern, account == null ? null : account.toString(), suffixes(entry, where), price);
  }

  private static List<String> suffixes(Map<?, ?> entry, String where) {
    Object suffixes = entry.get("suffixes");
    if (suffixes == null) {
      return List.of();
    }
    if (suffixes instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String::valueOf).toList();
    }
    throw new IllegalArgumentException(where + ": suffixes must be a list of texts.");
  }

  private static long pico(Map<?, ?> entry, String name, long otherwise, String where) {
    if (entry.get(name) == null) {
      return otherwise;
    }
    long price = number(entry, name, BigDecimal.ZERO, where).multiply(PICO).longValue();
    if (price > Price.MAX) {
      throw new IllegalArgumentException(
          where + ": " + name + " is above 10,000 USD a million tokens; that must be a mistake.");
    }
    return price;
  }

  private static BigDecimal number(
      Map<?, ?> entry, String name, BigDecimal otherwise, String where) {
    Object value = entry.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      BigDecimal number = new BigDecimal(value.toString());
      if (number.signum() >= 0 && number.precision() - number.scale() < 15) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        where + ": " + name + " is '" + value + "'; it must be a number that is not negative.");
  }

  private static Instant from(@Nullable Object date, String where) {
    try {
      return date == null
          ? Instant.EPOCH
          : LocalDate.parse(date.toString()).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          where + ": a date is '" + date + "'; it must look like 2026-01-31.");
    }
  }
}
