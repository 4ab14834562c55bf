package potluck.gateway.quota;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of a key, a user or a team, as in the API: {@code {"tokens_total": 1000,
 * "requests_per_minute": 60, "usd_per_month": 12.5, "concurrency": 4}}. Immutable.
 *
 * @param concurrency maximum number of concurrent requests; 0 for no limit
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
   * Parses what a caller sent; null values mean no limit.
   *
   * @throws IllegalArgumentException with what is wrong, for people
   */
  public static UsageLimits parse(Map<String, ?> limits) {
    List<Budget> budgets = new ArrayList<>();
    int concurrency = 0;
    for (Map.Entry<String, ?> entry : limits.entrySet()) {
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
        long max = (money ? value.multiply(MICROS) : value).longValue();
        budgets.add(
            Budget.parse(name, max)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "There is no limit '"
                                + name
                                + "'. The limits are concurrency and {requests, tokens, usd}_{total,"
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
      // Reported below.
    }
    throw new IllegalArgumentException(
        "The limit " + name + " must be a number from 0 to 1,000,000,000,000.");
  }

  /** As in the API. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Budget budget : budgets) {
      boolean money = budget.unit() == Budget.Unit.USD;
      map.put(
          budget.name(),
          money ? BigDecimal.valueOf(budget.max()).divide(MICROS) : (Object) budget.max());
    }
    if (concurrency > 0) {
      map.put(CONCURRENCY, concurrency);
    }
    return map;
  }

  public boolean isEmpty() {
    return budgets.isEmpty() && concurrency == 0;
  }
}
