package potluck.server.http;

import java.time.Duration;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;

/**
 * Limits the memory of all request bodies together, so that many large ones are refused before
 * memory runs out. Thread-safe.
 */
final class BodyMemoryLimit {
  private static final Failure FULL =
      Failure.of(
              Kind.UNAVAILABLE,
              "Too many large requests are running at once; try again shortly. An operator can raise POTLUCK_MAX_BODIES_PERCENT.")
          .retryAfter(Duration.ofSeconds(1));

  private final long maxBytes;
  private long reservedBytes;

  /**
   * @param maxBytes bytes
   */
  BodyMemoryLimit(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The memory of one request; for one thread. */
  final class Share implements AutoCloseable {
    private long ownBytes;

    /**
     * @throws FailureException UNAVAILABLE if the limit would be exceeded
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

  /** Bytes that are reserved now. */
  synchronized long reservedBytes() {
    return reservedBytes;
  }
}
