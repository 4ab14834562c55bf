package potluck.gateway.quota;

import java.time.Duration;
import java.time.Instant;
import potluck.dialect.model.Failure;

/** A budget, and what of it is used and held. Guarded by its purse's lock. */
final class Gauge implements Bound {
  private Budget budget;
  private Instant start;
  private long used;
  private long held;
  private int sharers = 1;

  /**
   * @param used in the window that holds {@code now}
   */
  Gauge(Budget budget, long used, Instant now) {
    this.budget = budget;
    this.start = budget.window().start(now);
    this.used = used;
  }

  /** The bound is another from now on; what is used and held stays. */
  void change(Budget other) {
    budget = other;
  }

  Budget budget() {
    return budget;
  }

  long used() {
    return used;
  }

  long left() {
    return Math.max(0, budget.most() - used - held);
  }

  /**
   * @param nodes that share it, where they cannot hear each other; else 1
   */
  void share(int nodes) {
    sharers = told() ? nodes : 1;
  }

  /** Another node has used some. */
  void elsewhere(Elsewhere other) {
    if (told()) {
      used +=
          switch (budget.unit()) {
            case REQUESTS -> other.requests();
            case TOKENS -> other.tokens();
            case USD -> other.costMicros();
          };
    }
  }

  /** So much is used, by the rows or by others whose use counts too; what is known here is more. */
  void atLeast(long posted) {
    used = Math.max(used, posted);
  }

  /** Whether nodes tell each other of it; a longer window is known from the rows soon enough. */
  boolean told() {
    return budget.window() == Budget.Window.MINUTE;
  }

  private boolean brief() {
    return budget.window().compareTo(Budget.Window.HOUR) <= 0;
  }

  private long most() {
    return Math.ceilDiv(budget.most(), (long) sharers);
  }

  /** A window that is over takes what was used with it; what is held stays. */
  @Override
  public void roll(Instant now) {
    Instant current = budget.window().start(now);
    if (current.isAfter(start)) {
      start = current;
      used = 0;
    }
  }

  @Override
  public Room room(Wish wish) {
    long wanted = amount(wish);
    if (used >= most()) {
      return Room.NONE;
    }
    if (most() - used - held >= wanted) {
      return Room.ENOUGH;
    }
    return held > 0 ? Room.LATER : Room.ENOUGH;
  }

  @Override
  public void hold(Wish wish) {
    held += amount(wish);
  }

  @Override
  public void release(Wish wish) {
    held -= amount(wish);
  }

  @Override
  public void use(Spent spent) {
    used +=
        switch (budget.unit()) {
          case REQUESTS -> 1;
          case TOKENS -> spent.tokens();
          case USD -> spent.costMicros();
        };
  }

  private long amount(Wish wish) {
    return switch (budget.unit()) {
      case REQUESTS -> 1;
      case TOKENS -> wish.tokens();
      case USD -> wish.costMicros();
    };
  }

  @Override
  public Failure refusal(Instant now) {
    Failure failure =
        Failure.of(
                brief() ? Failure.Kind.LIMITED : Failure.Kind.EXHAUSTED,
                "The limit "
                    + budget.name()
                    + " is reached: "
                    + number(used)
                    + " of "
                    + number(budget.most())
                    + " are used"
                    + budget.window().end(now).map(end -> "; it begins anew at " + end).orElse("")
                    + ".")
            .code(brief() ? "rate_limit_exceeded" : "insufficient_quota");
    return budget
        .window()
        .end(now)
        .map(end -> failure.retryAfter(Duration.between(now, end).plusMillis(1)))
        .orElse(failure);
  }

  private String number(long value) {
    return budget.unit() == Budget.Unit.USD
        ? java.math.BigDecimal.valueOf(value, 6).stripTrailingZeros().toPlainString() + " USD"
        : Long.toString(value);
  }
}
