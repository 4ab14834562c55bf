package potluck.gateway.pool;

/**
 * Whether an account fails, or one user's requests do. A user whose requests failed at an account
 * that answered a neutral probe well is suspected: for a while that user's failures say nothing
 * about the account, so that nobody can rest everybody's accounts with requests that providers
 * choke on. Times are epoch milliseconds. Guarded by the pool's lock.
 */
final class Suspicion {
  private static final long LASTS_MS = 60_000;
  private static final long NOBODY = -1;

  private long lastFailed = NOBODY;
  private boolean several;
  private long suspect = NOBODY;
  private long until;
  private boolean probing;

  void failed(long user) {
    several |= lastFailed != NOBODY && lastFailed != user;
    lastFailed = user;
  }

  void served() {
    lastFailed = NOBODY;
    several = false;
  }

  /** All that failed lately was one user's. */
  boolean onlyOne() {
    return !several;
  }

  /** The account is well: it was the requests. */
  void cleared(long now) {
    if (!several && lastFailed != NOBODY) {
      suspect = lastFailed;
      until = now + LASTS_MS;
    }
    served();
  }

  boolean excuses(long user, long now) {
    return user == suspect && now < until;
  }

  /** Whether a probe may begin: one at a time. */
  boolean beginProbe() {
    boolean free = !probing;
    probing = true;
    return free;
  }

  void endProbe() {
    probing = false;
  }
}
