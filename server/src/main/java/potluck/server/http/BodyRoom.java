package potluck.server.http;

import java.time.Duration;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;

/**
 * The memory that bodies of requests may take, all of them together, so that many large ones at
 * once are refused instead of the program dying of them. Safe for use by many threads.
 */
final class BodyRoom {
  private static final Failure FULL =
      Failure.of(
              Kind.UNAVAILABLE,
              "Too many large requests are under way at once; try again in a moment. An operator"
                  + " can raise POTLUCK_MAX_BODIES_PERCENT.")
          .retryAfter(Duration.ofSeconds(1));

  private final long most;
  private long taken;

  /**
   * @param most bytes
   */
  BodyRoom(long most) {
    this.most = most;
  }

  /** What one request takes of it; for one thread. */
  final class Share implements AutoCloseable {
    private long mine;

    /**
     * @throws Refused (UNAVAILABLE) where there is no room for so many bytes more
     */
    void take(long bytes) {
      synchronized (BodyRoom.this) {
        if (bytes > most - taken) {
          throw new Refused(FULL);
        }
        taken += bytes;
      }
      mine += bytes;
    }

    @Override
    public void close() {
      synchronized (BodyRoom.this) {
        taken -= mine;
      }
      mine = 0;
    }
  }

  Share open() {
    return new Share();
  }

  /** Bytes that are taken now. */
  synchronized long taken() {
    return taken;
  }
}
