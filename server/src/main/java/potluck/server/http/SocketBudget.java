package potluck.server.http;

/**
 * Limits the sockets of callers and to upstreams. Each is an open file; without a free one a
 * connection cannot even be refused. Thread-safe.
 */
final class SocketBudget {
  private final int max;
  private int taken;

  SocketBudget(int maxSockets) {
    this.max = maxSockets;
  }

  /** Takes one; false if none is left. */
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
