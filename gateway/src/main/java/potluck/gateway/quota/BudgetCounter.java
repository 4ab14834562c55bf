package potluck.gateway.quota;

import java.time.Duration;
import java.time.Instant;
import potluck.dialect.model.Failure;

/** A budget, and what of it is used and held. Guarded by its purse's lock. */
final class BudgetCounter implements AllowanceCheck {
  private Budget budget;
  private Instant start;
  private long used;
  private long held;
  private int sharingNodes = 1;

  /**
   * @param used in the window that holds {@code now}
   */
  BudgetCounter(Budget budget, long used, Instant now) {
    this.budget = budget;
    this.start = budget.window().start(now);
    this.used = used;
  }

  /** The bound is another from now on; what is used and held stays. */
  void setBudget(Budget other) {
    budget = other;
  }

  Budget budget() {
    return budget;
  }

  long used() {
    return used;
  }

  long remaining() {
    return Math.max(0, budget.max() - used - held);
  }

  /**
   * @param nodes that share it, where they cannot hear each other; else 1
   */
  void setSharingNodes(int nodes) {
    sharingNodes = isSharedWithPeers() ? nodes : 1;
  }

  /** Another node has used some. */
  void addRemote(NodeUsage other) {
    if (isSharedWithPeers()) {
      used +=
          switch (budget.unit()) {
            case REQUESTS -> other.requests();
            case TOKENS -> other.tokens();
            case USD -> other.costMicros();
          };
    }
  }

  /** So much is used, by the rows or by others whose use counts too; what is known here is more. */
  void raiseTo(long posted) {
    used = Math.max(used, posted);
  }

  /** Whether nodes tell each other of it; a longer window is known from the rows soon enough. */
  boolean isSharedWithPeers() {
    return budget.window() == Budget.Window.MINUTE;
  }

  private boolean isShortWindow() {
    return budget.window().compareTo(Budget.Window.HOUR) <= 0;
  }

  private long effectiveMax() {
    return Math.ceilDiv(budget.max(), (long) sharingNodes);
  }

  /** A window that is over takes what was used with it; what is held stays. */
  @Override
  public void advanceTo(Instant now) {
    Instant current = budget.window().start(now);
    if (current.isAfter(start)) {
      start = current;
      used = 0;
    }
  }

  @Override
  public Availability availability(Estimate wish) {
    long wanted = amount(wish);
    if (used >= effectiveMax()) {
      return Availability.EXHAUSTED;
    }
    if (effectiveMax() - used - held >= wanted) {
      return Availability.AVAILABLE;
    }
    return held > 0 ? Availability.LATER : Availability.AVAILABLE;
  }

  @Override
  public void hold(Estimate wish) {
    held += amount(wish);
  }

  @Override
  public void release(Estimate wish) {
    held -= amount(wish);
  }

  @Override
  public void consume(ActualUsage spent) {
    used +=
        switch (budget.unit()) {
          case REQUESTS -> 1;
          case TOKENS -> spent.tokens();
          case USD -> spent.costMicros();
        };
  }

  private long amount(Estimate wish) {
    return switch (budget.unit()) {
      case REQUESTS -> 1;
      case TOKENS -> wish.tokens();
      case USD -> wish.costMicros();
    };
  }

  @Override
  public Failure toFailure(Instant now) {
    Failure failure =
        Failure.of(
                isShortWindow() ? Failure.Kind.RATE_LIMITED : Failure.Kind.QUOTA_EXHAUSTED,
                "The limit "
                    + budget.name()
                    + " is reached: "
                    + number(used)
                    + " of "
                    + number(budget.max())
                    + " are used"
                    + budget.window().end(now).map(end -> "; it begins anew at " + end).orElse("")
                    + ".")
            .code(isShortWindow() ? "rate_limit_exceeded" : "insufficient_quota");
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
