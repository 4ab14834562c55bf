package potluck.server.http;

/**
 * The sockets that there may be, of callers and to upstreams: each is an open file, and where the
 * system grants no more of them not even a connection can be refused. Safe for use by many threads.
 */
final class Sockets {
  private final int most;
  private int taken;

  Sockets(int most) {
    this.most = most;
  }

  /** Takes one; false where there is none left. */
  synchronized boolean take() {
    if (taken >= most) {
      return false;
    }
    taken++;
    return true;
  }

  synchronized void give() {
    taken--;
  }

  synchronized boolean left() {
    return taken < most;
  }
}
