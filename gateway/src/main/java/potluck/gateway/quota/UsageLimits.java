package potluck.gateway.quota;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bounds of a key or a user, as the API shows them: {@code {"tokens_total": 1000,
 * "requests_per_minute": 60, "usd_per_month": 12.5, "concurrency": 4}}. Immutable.
 *
 * @param concurrency requests at a time; 0 for no bound
 */
public record UsageLimits(List<Budget> budgets, int concurrency) {
  public static final UsageLimits NONE = new UsageLimits(List.of(), 0);

  private static final String CONCURRENCY = "concurrency";
  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal MAX = BigDecimal.valueOf(1_000_000_000_000L);

  public UsageLimits {
    budgets = List.copyOf(budgets);
  }

  /**
   * Reads what a caller gave; null values are no bounds.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public static UsageLimits parse(Map<String, ?> given) {
    List<Budget> budgets = new ArrayList<>();
    int concurrency = 0;
    for (Map.Entry<String, ?> entry : given.entrySet()) {
      if (entry.getValue() == null) {
        continue;
      }
      String name = entry.getKey();
      BigDecimal value = number(name, entry.getValue());
      boolean money = name.startsWith("usd_");
      if (!money && value.stripTrailingZeros().scale() > 0) {
        throw new IllegalArgumentException("The limit " + name + " must be a whole number.");
      }
      if (name.equals(CONCURRENCY)) {
        concurrency = value.min(BigDecimal.valueOf(100_000)).intValue();
      } else {
        long most = (money ? value.multiply(MICROS) : value).longValue();
        budgets.add(
            Budget.parse(name, most)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "There is no limit '"
                                + name
                                + "'. There are concurrency and {requests, tokens, usd}_{total,"
                                + " per_minute, per_hour, per_day, per_week, per_month}.")));
      }
    }
    return new UsageLimits(budgets, concurrency);
  }

  private static BigDecimal number(String name, Object value) {
    try {
      BigDecimal number = new BigDecimal(value.toString());
      if (number.signum() >= 0 && number.compareTo(MAX) <= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "The limit " + name + " must be a number from 0 to 1,000,000,000,000.");
  }

  /** As the API shows them. */
  public Map<String, Object> toMap() {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (Budget budget : budgets) {
      boolean money = budget.unit() == Budget.Unit.USD;
      shown.put(
          budget.name(),
          money ? BigDecimal.valueOf(budget.max()).divide(MICROS) : (Object) budget.max());
    }
    if (concurrency > 0) {
      shown.put(CONCURRENCY, concurrency);
    }
    return shown;
  }

  public boolean isEmpty() {
    return budgets.isEmpty() && concurrency == 0;
  }
}
