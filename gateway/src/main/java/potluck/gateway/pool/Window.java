package potluck.gateway.pool;

import java.time.Instant;
import java.util.List;
import potluck.dialect.model.Limit;

/**
 * What a provider says is left of an account's own limits. Immutable.
 *
 * @param used of the limit that is nearest to its end, 0 to 1
 * @param resetMs when that is over, in epoch milliseconds
 */
record Window(double used, long resetMs) {
  static final Window UNKNOWN = new Window(0, 0);

  /** Where the end of a window is not said, what was said of it holds for so long. */
  private static final long UNSAID_MS = 10_000;

  static Window of(List<Limit> limits, long now) {
    Window worst = UNKNOWN;
    for (Limit limit : limits) {
      if (limit.most() <= 0 || limit.left() < 0) {
        continue;
      }
      Instant reset = limit.reset();
      double used = 1 - Math.min(1, (double) limit.left() / limit.most());
      if (used > worst.used) {
        worst = new Window(used, reset == null ? now + UNSAID_MS : reset.toEpochMilli());
      }
    }
    return worst;
  }

  /** 0 to 1: hardly anything while much is left, and steeply more towards the end. */
  double pressure(long now) {
    return now >= resetMs ? 0 : used * used;
  }

  /** Nothing is left until {@link #resetMs}. */
  boolean shut(long now) {
    return used >= 1 && now < resetMs;
  }
}
