package potluck.gateway.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import potluck.dialect.model.Failure;

/**
 * A user's quota for shared accounts, for one model group. The balance is the last one that the
 * ledger posted; charges of this node that are not posted yet, and holds, are kept beside it.
 * Recovery is computed from whole hours since the last recovery instead of scheduled, so that no
 * change of a clock credits it twice. Guarded by the lock of its {@link UserAllowance}.
 */
final class Quota implements AllowanceCheck {
  private final String group;
  private final boolean enforced;
  private Posted posted;
  private long pending;
  private long held;
  private Instant now = Instant.EPOCH;

  /**
   * The state of a quota in the ledger, in millionths.
   *
   * @param rate recovery per hour
   * @param recoveredAt the last whole hour that was credited
   * @param granted what is left of prepaid quota, which is used last
   * @param version raised by each change
   */
  record Posted(
      long balance, long ceiling, long rate, Instant recoveredAt, long granted, long version) {
    Posted balance(long other) {
      return new Posted(other, ceiling, rate, recoveredAt, granted, version);
    }

    /** The balance including what has recovered since. */
    long at(Instant now) {
      long hours = Math.max(0, Duration.between(recoveredAt, now).toHours());
      long missing = Math.max(0, ceiling - balance);
      return balance + (hours == 0 || rate <= 0 ? 0 : Math.min(missing, saturated(rate, hours)));
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

  /** Takes over the state after the ledger posted charges of this node. */
  void applyPosted(Posted now, long charged) {
    posted = now;
    pending = Math.max(0, pending - charged);
  }

  /**
   * Takes over the state as read from the ledger. A state from before the last posting is ignored.
   */
  void refresh(Posted now) {
    if (now.version() >= posted.version()) {
      posted = now;
    }
  }

  @Override
  public void advanceTo(Instant at) {
    now = at;
  }

  /** What is left, minus charges that are not posted yet, in millionths. */
  long remaining() {
    return posted.at(now) + posted.granted() - pending;
  }

  @Override
  public Availability availability(Estimate estimate) {
    if (!enforced) {
      return Availability.AVAILABLE;
    }
    if (remaining() <= 0) {
      return Availability.EXHAUSTED;
    }
    return remaining() - held >= estimate.quotaMicros() || held == 0
        ? Availability.AVAILABLE
        : Availability.LATER;
  }

  @Override
  public void hold(Estimate estimate) {
    held += estimate.quotaMicros();
  }

  @Override
  public void release(Estimate estimate) {
    held -= estimate.quotaMicros();
  }

  @Override
  public void consume(ActualUsage usage) {
    pending += usage.quotaMicros();
  }

  @Override
  public Failure toFailure(Instant at) {
    Failure failure =
        Failure.of(
                Failure.Kind.QUOTA_EXHAUSTED,
                "Your quota for "
                    + group
                    + " is used up: "
                    + format(remaining())
                    + " of "
                    + format(posted.ceiling())
                    + " are left, and "
                    + format(posted.rate())
                    + " recover per hour. Sharing an account raises both.")
            .code("insufficient_quota");
    return posted.rate() <= 0
        ? failure
        : failure.retryAfter(
            Duration.between(at, posted.recoveredAt().plus(hours(at) + 1, ChronoUnit.HOURS)));
  }

  private long hours(Instant at) {
    return Math.max(0, Duration.between(posted.recoveredAt(), at).toHours());
  }

  /** Formats millionths with four decimals, as AntiHub does. */
  static String format(long micros) {
    return BigDecimal.valueOf(micros, 6).setScale(4, RoundingMode.HALF_EVEN).toPlainString();
  }
}
