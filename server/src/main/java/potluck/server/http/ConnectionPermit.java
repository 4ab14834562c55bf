package potluck.server.http;

import java.util.concurrent.atomic.AtomicBoolean;

/** The permit of one connection in {@link ConnectionCounts}; released once. */
final class ConnectionPermit implements AutoCloseable {
  private final ConnectionCounts counts;
  private final String address;
  private final AtomicBoolean released = new AtomicBoolean();

  ConnectionPermit(ConnectionCounts counts, String address) {
    this.counts = counts;
    this.address = address;
  }

  @Override
  public void close() {
    if (released.compareAndSet(false, true)) {
      counts.release(address);
    }
  }
}
