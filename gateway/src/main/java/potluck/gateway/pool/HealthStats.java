package potluck.gateway.pool;

/**
 * Recent health of an account: error rate, time to first byte and duration, each decaying with
 * time, so that an account that failed or was slow is tried again without further action. Times are
 * in milliseconds. Guarded by the pool's lock.
 */
final class HealthStats {
  private static final double ERRORS_HALVE_MS = 30_000;
  private static final double SLOWNESS_HALVES_MS = 60_000;

  /** A first byte after this time gives a slowness of 0.5. */
  private static final double SLOW_MS = 2_000;

  private static final double SMOOTHING = 0.3;
  private static final double DEFAULT_DURATION_MS = 5_000;

  private double errorRate;
  private long errorsAt;
  private double firstByteMs;
  private long firstByteAt;
  private double durationMs = DEFAULT_DURATION_MS;
  private int failureCount;

  void recordFirstByte(long now, long milliseconds) {
    firstByteMs = slowness(now) == 0 ? milliseconds : smooth(firstByteMs, (double) milliseconds);
    firstByteAt = now;
  }

  void recordSuccess(long now, long milliseconds) {
    errorRate = errorRate(now) * (1 - SMOOTHING);
    errorsAt = now;
    durationMs = smooth(durationMs, (double) milliseconds);
    failureCount = 0;
  }

  void recordFailure(long now) {
    errorRate = smooth(errorRate(now), 1);
    errorsAt = now;
    failureCount++;
  }

  /** Counts a rate limit. It is not an error, but several in a row lengthen the cooldown. */
  void recordLimited() {
    failureCount++;
  }

  void reset() {
    failureCount = 0;
    errorRate = 0;
  }

  int consecutiveFailures() {
    return failureCount;
  }

  /** 0 to 1. */
  double errorRate(long now) {
    return errorRate < 0.001 ? 0 : errorRate / (1 + (now - errorsAt) / ERRORS_HALVE_MS);
  }

  /** 0 to 1. */
  double slowness(long now) {
    double known = firstByteMs / (1 + (now - firstByteAt) / SLOWNESS_HALVES_MS);
    return known / (known + SLOW_MS);
  }

  double durationMs() {
    return durationMs;
  }

  private static double smooth(double known, double sample) {
    return known + SMOOTHING * (sample - known);
  }
}
