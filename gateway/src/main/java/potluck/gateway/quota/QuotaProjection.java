package potluck.gateway.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a quota develops from now on, by the hourly steps in which the ledger credits it: use takes
 * from it all the time, recovery comes at once after each whole hour. Amounts are millionths.
 * Immutable.
 *
 * @param left what is left now, with prepaid quota
 * @param granted what is left of prepaid quota, which is used last and does not count for the
 *     ceiling
 * @param rate recovery per hour
 * @param nextStep when the next hour is credited
 */
record QuotaProjection(
    long left, long granted, long ceiling, long rate, Instant now, Instant nextStep) {
  private static final Duration HOUR = Duration.ofHours(1);

  /** A quota that lasts longer than this counts as lasting for ever. */
  private static final int MAX_HOURS = 24 * 366;

  /** The projection of a quota as it is now. */
  static QuotaProjection of(Quotas.View quota, Instant now) {
    long hours = Math.max(0, Duration.between(quota.recoveredAt(), now).toHours());
    return new QuotaProjection(
        quota.left(),
        quota.granted(),
        quota.ceiling(),
        quota.rate(),
        now,
        quota.recoveredAt().plus(HOUR.multipliedBy(hours + 1)));
  }

  /** The same with more, as if an account were shared now. */
  QuotaProjection plus(long gain, long moreRate) {
    return new QuotaProjection(
        left + gain, granted, ceiling + gain, rate + moreRate, now, nextStep);
  }

  /** What the next step credits if nothing is used until then. */
  long nextCredit() {
    return credit(left, granted);
  }

  private long credit(long leftThen, long grantedThen) {
    return Math.min(rate, Math.max(0, ceiling - (leftThen - grantedThen)));
  }

  /** When it reaches its ceiling without use; empty if it never does. */
  Optional<Instant> fullAt() {
    long missing = ceiling - (left - granted);
    if (missing <= 0) {
      return Optional.of(now);
    }
    long steps = rate <= 0 ? MAX_HOURS + 1 : Math.ceilDiv(missing, rate);
    return steps > MAX_HOURS
        ? Optional.empty()
        : Optional.of(nextStep.plus(HOUR.multipliedBy(steps - 1)));
  }

  /**
   * When it is used up; empty if it lasts, or lasts for a year.
   *
   * @param pace use per hour
   */
  Optional<Instant> emptyAt(long pace) {
    if (left <= 0) {
      return Optional.of(now);
    }
    long leftThen = left;
    long grantedThen = granted;
    Instant from = now;
    Instant step = nextStep;
    for (int hour = 0; hour < MAX_HOURS && pace > 0; hour++) {
      long used = used(pace, from, step);
      if (used >= leftThen) {
        return Optional.of(from.plusMillis((long) (leftThen * 3.6e6 / pace)));
      }
      long before = leftThen;
      leftThen -= used;
      grantedThen = Math.min(grantedThen, leftThen);
      leftThen += credit(leftThen, grantedThen);
      if (hour > 0 && leftThen >= before) {
        return Optional.empty();
      }
      from = step;
      step = step.plus(HOUR);
    }
    return Optional.empty();
  }

  /**
   * The step by which it is usable again after it was used up; empty if it lasts or never recovers.
   *
   * @param pace use per hour
   */
  Optional<Instant> usableAgainAt(long pace) {
    if (rate <= 0) {
      return Optional.empty();
    }
    if (left <= 0) {
      long steps = Math.min(MAX_HOURS, -left / rate + 1);
      return Optional.of(nextStep.plus(HOUR.multipliedBy(steps - 1)));
    }
    return emptyAt(pace)
        .map(
            empty -> {
              long wait = Math.max(0, Duration.between(nextStep, empty).toMillis());
              return nextStep.plus(HOUR.multipliedBy(Math.ceilDiv(wait, HOUR.toMillis())));
            });
  }

  private static long used(long pace, Instant from, Instant to) {
    return Math.round(pace * (Duration.between(from, to).toMillis() / 3.6e6));
  }

  /**
   * The values from now on: now, and before and after each step. While it is used up it stays at 0.
   *
   * @param pace use per hour; 0 for none
   */
  List<QuotaPoint> points(long pace, Duration horizon) {
    List<QuotaPoint> points = new ArrayList<>();
    Instant end = now.plus(horizon);
    long leftThen = Math.max(0, left);
    long grantedThen = granted;
    Instant from = now;
    points.add(new QuotaPoint(now, leftThen));
    for (Instant step = nextStep; !step.isAfter(end); step = step.plus(HOUR)) {
      leftThen = addUse(points, pace, leftThen, from, step);
      grantedThen = Math.min(grantedThen, leftThen);
      long credit = credit(leftThen, grantedThen);
      if (credit > 0) {
        leftThen += credit;
        points.add(new QuotaPoint(step, leftThen));
      }
      from = step;
    }
    addUse(points, pace, leftThen, from, end);
    return points;
  }

  /** Adds the points of one hour without a step; returns what is left at its end. */
  private static long addUse(
      List<QuotaPoint> points, long pace, long leftThen, Instant from, Instant to) {
    long used = used(pace, from, to);
    if (pace > 0 && leftThen > 0 && used > leftThen) {
      points.add(new QuotaPoint(from.plusMillis((long) (leftThen * 3.6e6 / pace)), 0));
    }
    long rest = Math.max(0, leftThen - used);
    points.add(new QuotaPoint(to, rest));
    return rest;
  }
}
