package potluck.server.http;

/**
 * The sockets that there may be, of callers and to upstreams: each is an open file, and where the
 * system grants no more of them not even a connection can be refused. Safe for use by many threads.
 */
final class SocketBudget {
  private final int max;
  private int taken;

  SocketBudget(int most) {
    this.max = most;
  }

  /** Takes one; false where there is none left. */
  synchronized boolean tryAcquire() {
    if (taken >= max) {
      return false;
    }
    taken++;
    return true;
  }

  synchronized void release() {
    taken--;
  }

  synchronized boolean isAvailable() {
    return taken < max;
  }
}
