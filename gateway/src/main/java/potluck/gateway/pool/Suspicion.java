package potluck.gateway.pool;

/**
 * Whether an account fails, or one user's requests do. A user whose requests failed at an account
 * that answered a neutral probe well is suspected: for a while that user's failures say nothing
 * about the account, so that nobody can rest everybody's accounts with requests that providers
 * choke on. Times are epoch milliseconds. Guarded by the pool's lock.
 */
final class Suspicion {
  private static final long SUSPICION_MS = 60_000;
  private static final long NO_USER = -1;

  private long lastFailed = NO_USER;
  private boolean severalUsers;
  private long suspectedUser = NO_USER;
  private long until;
  private boolean probing;

  void recordFailure(long user) {
    severalUsers |= lastFailed != NO_USER && lastFailed != user;
    lastFailed = user;
  }

  void recordSuccess() {
    lastFailed = NO_USER;
    severalUsers = false;
  }

  /** All that failed lately was one user's. */
  boolean isOneUser() {
    return !severalUsers;
  }

  /** The account is well: it was the requests. */
  void accountIsHealthy(long now) {
    if (!severalUsers && lastFailed != NO_USER) {
      suspectedUser = lastFailed;
      until = now + SUSPICION_MS;
    }
    recordSuccess();
  }

  boolean excuses(long user, long now) {
    return user == suspectedUser && now < until;
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
