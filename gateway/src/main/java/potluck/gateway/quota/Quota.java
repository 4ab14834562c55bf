package potluck.gateway.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import potluck.dialect.model.Failure;

/**
 * What a user may draw from the shared pool for a group of models. The balance is the ledger's, as
 * it was last posted; what this node has charged since and what it holds stand beside it. Recovery
 * is computed, not scheduled: whole hours since the last, so no clock can be made to pay twice.
 * Guarded by its purse's lock.
 */
final class Quota implements AllowanceCheck {
  private final String group;
  private final boolean enforced;
  private Posted posted;
  private long pending;
  private long held;
  private Instant now = Instant.EPOCH;

  /**
   * How it stands in the ledger, in millionths.
   *
   * @param rate what grows back in an hour
   * @param recoveredAt the last whole hour that has been credited
   * @param granted what is left of prepaid quota, which is spent last
   * @param version higher with each change
   */
  record Posted(
      long balance, long ceiling, long rate, Instant recoveredAt, long granted, long version) {
    Posted balance(long other) {
      return new Posted(other, ceiling, rate, recoveredAt, granted, version);
    }

    /** The balance, with what has grown back since. */
    long at(Instant now) {
      long hours = Math.max(0, Duration.between(recoveredAt, now).toHours());
      long room = Math.max(0, ceiling - balance);
      return balance + (hours == 0 || rate <= 0 ? 0 : Math.min(room, saturated(rate, hours)));
    }

    private static long saturated(long rate, long hours) {
      return hours > Long.MAX_VALUE / 4 / rate ? Long.MAX_VALUE / 4 : rate * hours;
    }
  }

  Quota(String group, boolean enforced, Posted posted) {
    this.group = group;
    this.enforced = enforced;
    this.posted = posted;
  }

  String group() {
    return group;
  }

  Posted posted() {
    return posted;
  }

  /** The ledger has taken what this node charged. */
  void applyPosted(Posted now, long charged) {
    posted = now;
    pending = Math.max(0, pending - charged);
  }

  /** Somebody else may have changed it: a look from before the last posting is passed over. */
  void refresh(Posted now) {
    if (now.version() >= posted.version()) {
      posted = now;
    }
  }

  @Override
  public void advanceTo(Instant at) {
    now = at;
  }

  /** What is left, with what has not been posted yet taken off, in millionths. */
  long remaining() {
    return posted.at(now) + posted.granted() - pending;
  }

  @Override
  public Availability availability(Estimate wish) {
    if (!enforced) {
      return Availability.AVAILABLE;
    }
    if (remaining() <= 0) {
      return Availability.EXHAUSTED;
    }
    return remaining() - held >= wish.quotaMicros() || held == 0
        ? Availability.AVAILABLE
        : Availability.LATER;
  }

  @Override
  public void hold(Estimate wish) {
    held += wish.quotaMicros();
  }

  @Override
  public void release(Estimate wish) {
    held -= wish.quotaMicros();
  }

  @Override
  public void consume(ActualUsage spent) {
    pending += spent.quotaMicros();
  }

  @Override
  public Failure toFailure(Instant at) {
    Failure failure =
        Failure.of(
                Failure.Kind.QUOTA_EXHAUSTED,
                "Your quota for "
                    + group
                    + " is spent: "
                    + format(remaining())
                    + " of "
                    + format(posted.ceiling())
                    + " are left, and "
                    + format(posted.rate())
                    + " an hour grow back. Sharing an account raises both.")
            .code("insufficient_quota");
    return posted.rate() <= 0
        ? failure
        : failure.retryAfter(
            Duration.between(
                at, posted.recoveredAt().plus(hours(at) + 1, java.time.temporal.ChronoUnit.HOURS)));
  }

  private long hours(Instant at) {
    return Math.max(0, Duration.between(posted.recoveredAt(), at).toHours());
  }

  /** Millionths as the origin shows them: with four decimals. */
  static String format(long micros) {
    return BigDecimal.valueOf(micros, 6).setScale(4, RoundingMode.HALF_EVEN).toPlainString();
  }
}
