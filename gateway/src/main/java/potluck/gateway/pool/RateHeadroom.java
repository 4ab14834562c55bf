package potluck.gateway.pool;

import java.time.Instant;
import java.util.List;
import potluck.dialect.model.RateLimit;

/**
 * The remaining rate limits of an account, as the provider reports them. Immutable.
 *
 * @param used used part of the limit that is nearest to its end, 0 to 1
 * @param resetMs when that limit resets, in epoch milliseconds
 */
record RateHeadroom(double used, long resetMs) {
  static final RateHeadroom UNKNOWN = new RateHeadroom(0, 0);

  /** How long a report is used if it does not say when the limit resets. */
  private static final long DEFAULT_WINDOW_MS = 10_000;

  static RateHeadroom of(List<RateLimit> limits, long now) {
    RateHeadroom worst = UNKNOWN;
    for (RateLimit limit : limits) {
      if (limit.limit() <= 0 || limit.remaining() < 0) {
        continue;
      }
      Instant reset = limit.resetAt();
      double used = 1 - Math.min(1, (double) limit.remaining() / limit.limit());
      if (used > worst.used) {
        worst =
            new RateHeadroom(used, reset == null ? now + DEFAULT_WINDOW_MS : reset.toEpochMilli());
      }
    }
    return worst;
  }

  /** 0 to 1: low while much is left, rising steeply towards the end. */
  double pressure(long now) {
    return now >= resetMs ? 0 : used * used;
  }

  /** Whether nothing is left until {@link #resetMs}. */
  boolean isExhausted(long now) {
    return used >= 1 && now < resetMs;
  }
}
