package potluck.server.http;

import java.time.Duration;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;

/**
 * The memory that bodies of requests may take, all of them together, so that many large ones at
 * once are refused instead of the program dying of them. Safe for use by many threads.
 */
final class BodyMemoryLimit {
  private static final Failure FULL =
      Failure.of(
              Kind.UNAVAILABLE,
              "Too many large requests are under way at once; try again in a moment. An operator"
                  + " can raise POTLUCK_MAX_BODIES_PERCENT.")
          .retryAfter(Duration.ofSeconds(1));

  private final long maxBytes;
  private long reservedBytes;

  /**
   * @param most bytes
   */
  BodyMemoryLimit(long most) {
    this.maxBytes = most;
  }

  /** What one request takes of it; for one thread. */
  final class Share implements AutoCloseable {
    private long ownBytes;

    /**
     * @throws FailureException (UNAVAILABLE) where there is no room for so many bytes more
     */
    void reserve(long bytes) {
      synchronized (BodyMemoryLimit.this) {
        if (bytes > maxBytes - reservedBytes) {
          throw new FailureException(FULL);
        }
        reservedBytes += bytes;
      }
      ownBytes += bytes;
    }

    @Override
    public void close() {
      synchronized (BodyMemoryLimit.this) {
        reservedBytes -= ownBytes;
      }
      ownBytes = 0;
    }
  }

  Share openShare() {
    return new Share();
  }

  /** Bytes that are taken now. */
  synchronized long reservedBytes() {
    return reservedBytes;
  }
}
