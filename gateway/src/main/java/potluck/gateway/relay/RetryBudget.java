package potluck.gateway.relay;

import java.util.concurrent.locks.ReentrantLock;

/**
 * How many requests may be tried again: a part of those that came lately, and a few more, so that
 * retries never make an outage worse than it is. Safe for use by many threads.
 *
 * <p>Source of the rule: Finagle's retry budgets
 * (https://twitter.github.io/finagle/docs/com/twitter/finagle/service/RetryBudget).
 */
final class RetryBudget {
  private static final int SECONDS = 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final double fraction;
  private final int minRetries;
  private final long[] requests = new long[SECONDS];
  private final long[] retries = new long[SECONDS];
  private long second;

  /**
   * @param percent of the requests of the last ten seconds that may be tried again
   * @param always retries in ten seconds that are allowed however few requests there were
   */
  RetryBudget(int percent, int always) {
    this.fraction = percent / 100.0;
    this.minRetries = always;
  }

  /** A request came. */
  void requests(long epochSecond) {
    lock.lock();
    try {
      requests[at(epochSecond)]++;
    } finally {
      lock.unlock();
    }
  }

  /** Whether one more may be tried again; if so, it is counted. */
  boolean retries(long epochSecond) {
    lock.lock();
    try {
      int now = at(epochSecond);
      if (sum(retries) >= Math.max(minRetries, fraction * sum(requests))) {
        return false;
      }
      retries[now]++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private int at(long epochSecond) {
    long gone = epochSecond - second;
    if (gone != 0) {
      // A clock that was set back starts anew, too.
      int empty = gone < 0 ? SECONDS : (int) Math.min(SECONDS, gone);
      for (int i = 0; i < empty; i++) {
        int slot = (int) Math.floorMod(epochSecond - i, (long) SECONDS);
        requests[slot] = 0;
        retries[slot] = 0;
      }
      second = epochSecond;
    }
    return (int) Math.floorMod(epochSecond, (long) SECONDS);
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
