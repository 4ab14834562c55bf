package potluck.gateway.quota;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;

/**
 * A maximum for use in a window of time. Windows follow the calendar, in UTC. Immutable.
 *
 * @param max in the unit: requests, tokens or micro-USD; never negative
 */
public record Budget(Unit unit, Window window, long max) {
  /** What is counted. */
  public enum Unit {
    REQUESTS,
    TOKENS,
    USD
  }

  /** The window of time. */
  public enum Window {
    MINUTE,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    TOTAL;

    /** The start of the window that contains a moment. */
    public Instant start(Instant at) {
      LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
      return switch (this) {
        case MINUTE -> at.truncatedTo(ChronoUnit.MINUTES);
        case HOUR -> at.truncatedTo(ChronoUnit.HOURS);
        case DAY -> midnight(day);
        case WEEK -> midnight(day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
        case MONTH -> midnight(day.withDayOfMonth(1));
        case TOTAL -> Instant.EPOCH;
      };
    }

    /** The end of the window that contains a moment; empty for {@link #TOTAL}. */
    public Optional<Instant> end(Instant at) {
      Instant start = start(at);
      return switch (this) {
        case MINUTE -> Optional.of(start.plus(Duration.ofMinutes(1)));
        case HOUR -> Optional.of(start.plus(Duration.ofHours(1)));
        case DAY -> Optional.of(start.plus(Duration.ofDays(1)));
        case WEEK -> Optional.of(start.plus(Duration.ofDays(7)));
        case MONTH ->
            Optional.of(midnight(LocalDate.ofInstant(start, ZoneOffset.UTC).plusMonths(1)));
        case TOTAL -> Optional.empty();
      };
    }

    private static Instant midnight(LocalDate day) {
      return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
  }

  /** The name in the API, such as {@code tokens_per_minute} or {@code usd_total}. */
  public String name() {
    String what = unit.name().toLowerCase(Locale.ROOT);
    return window == Window.TOTAL
        ? what + "_total"
        : what + "_per_" + window.name().toLowerCase(Locale.ROOT);
  }

  /** The budget with a name of the API; empty if there is no such budget. */
  static Optional<Budget> parse(String name, long max) {
    for (Unit unit : Unit.values()) {
      for (Window window : Window.values()) {
        Budget budget = new Budget(unit, window, max);
        if (budget.name().equals(name)) {
          return Optional.of(budget);
        }
      }
    }
    return Optional.empty();
  }
}
