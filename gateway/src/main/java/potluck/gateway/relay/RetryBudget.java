package potluck.gateway.relay;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits retries to a fraction of the recent requests plus a minimum, so that retries never make an
 * outage worse. Thread-safe.
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
   * @param percent percentage of the requests of the last ten seconds that may be retried
   * @param minRetries retries in ten seconds that are always allowed
   */
  RetryBudget(int percent, int minRetries) {
    this.fraction = percent / 100.0;
    this.minRetries = minRetries;
  }

  /** Records a request. */
  void recordRequest(long epochSecond) {
    lock.lock();
    try {
      requests[at(epochSecond)]++;
    } finally {
      lock.unlock();
    }
  }

  /** Whether one more retry is allowed; if so, it is counted. */
  boolean tryRetry(long epochSecond) {
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
      // A clock that was set back also starts with empty counters.
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
