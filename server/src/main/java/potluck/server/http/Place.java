package potluck.server.http;

import java.util.concurrent.atomic.AtomicBoolean;

/** The place of one connection in the {@link Crowd}; given back once. */
final class Place implements AutoCloseable {
  private final Crowd crowd;
  private final String address;
  private final AtomicBoolean left = new AtomicBoolean();

  Place(Crowd crowd, String address) {
    this.crowd = crowd;
    this.address = address;
  }

  @Override
  public void close() {
    if (left.compareAndSet(false, true)) {
      crowd.leave(address);
    }
  }
}
