package potluck.gateway.pool;

/**
 * Tells whether an account fails or the requests of one user do. If an account answers a neutral
 * probe well after one user's requests failed, that user is suspected: for a minute the user's
 * failures do not count against the account. So nobody can put all accounts into cooldown with
 * requests that providers fail on. Times are epoch milliseconds. Guarded by the pool's lock.
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

  /** Whether all recent failures were of one user. */
  boolean isOneUser() {
    return !severalUsers;
  }

  /** The probe succeeded: the requests were to blame. */
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

  /** Starts a probe unless one is running; returns whether it was started. */
  boolean beginProbe() {
    boolean free = !probing;
    probing = true;
    return free;
  }

  void endProbe() {
    probing = false;
  }
}
