package potluck.gateway.quota;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.RateLimit;

/** Counts what is used and held of a budget. Guarded by the lock of its {@link UserAllowance}. */
final class BudgetCounter implements AllowanceCheck {
  private Budget budget;
  private Instant start;
  private long used;
  private long held;
  private int sharingNodes = 1;

  /**
   * @param used what was used in the window that contains {@code now}
   */
  BudgetCounter(Budget budget, long used, Instant now) {
    this.budget = budget;
    this.start = budget.window().start(now);
    this.used = used;
  }

  /** Replaces the budget; what is used and held stays. */
  void setBudget(Budget changed) {
    budget = changed;
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

  /** The limit to report to the client; null unless it counts requests or tokens per minute. */
  @Nullable RateLimit minuteLimit(Instant now) {
    if (budget.window() != Budget.Window.MINUTE || budget.unit() == Budget.Unit.USD) {
      return null;
    }
    RateLimit.Kind kind =
        budget.unit() == Budget.Unit.REQUESTS ? RateLimit.Kind.REQUESTS : RateLimit.Kind.TOKENS;
    return new RateLimit(kind, budget.max(), remaining(), budget.window().end(now).orElse(null));
  }

  /**
   * @param nodes number of nodes that split the budget because they cannot reach each other; else 1
   */
  void setSharingNodes(int nodes) {
    sharingNodes = isSharedWithPeers() ? nodes : 1;
  }

  /** Adds what another node reported. */
  void addRemote(NodeUsage usage) {
    if (isSharedWithPeers()) {
      used +=
          switch (budget.unit()) {
            case REQUESTS -> usage.requests();
            case TOKENS -> usage.tokens();
            case USD -> usage.costMicros();
          };
    }
  }

  /** Raises the used amount to what the posted rows say, unless more is known here. */
  void raiseTo(long posted) {
    used = Math.max(used, posted);
  }

  /**
   * Whether nodes report its use to each other. For longer windows the posted rows are up to date
   * soon enough.
   */
  boolean isSharedWithPeers() {
    return budget.window() == Budget.Window.MINUTE;
  }

  private boolean isShortWindow() {
    return budget.window().compareTo(Budget.Window.HOUR) <= 0;
  }

  private long effectiveMax() {
    return Math.ceilDiv(budget.max(), (long) sharingNodes);
  }

  /** A new window starts with nothing used; what is held stays. */
  @Override
  public void advanceTo(Instant now) {
    Instant current = budget.window().start(now);
    if (current.isAfter(start)) {
      start = current;
      used = 0;
    }
  }

  @Override
  public Availability availability(Estimate estimate) {
    long wanted = amount(estimate);
    if (used >= effectiveMax()) {
      return Availability.EXHAUSTED;
    }
    if (effectiveMax() - used - held >= wanted) {
      return Availability.AVAILABLE;
    }
    return held > 0 ? Availability.LATER : Availability.AVAILABLE;
  }

  @Override
  public void hold(Estimate estimate) {
    held += amount(estimate);
  }

  @Override
  public void release(Estimate estimate) {
    held -= amount(estimate);
  }

  @Override
  public void consume(ActualUsage usage) {
    used +=
        switch (budget.unit()) {
          case REQUESTS -> 1;
          case TOKENS -> usage.tokens();
          case USD -> usage.costMicros();
        };
  }

  private long amount(Estimate estimate) {
    return switch (budget.unit()) {
      case REQUESTS -> 1;
      case TOKENS -> estimate.tokens();
      case USD -> estimate.costMicros();
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
                    + budget.window().end(now).map(end -> "; it resets at " + end).orElse("")
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
        ? BigDecimal.valueOf(value, 6).stripTrailingZeros().toPlainString() + " USD"
        : Long.toString(value);
  }
}
