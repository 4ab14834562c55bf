package potluck.gateway.pool;

/**
 * How an account has done lately. What is long ago counts less and less, so that an account which
 * failed or was slow is tried again by itself. Times are milliseconds. Guarded by the pool's lock.
 */
final class Form {
  private static final double FORGET_ERRORS_MS = 30_000;
  private static final double FORGET_SLOWNESS_MS = 60_000;

  /** A first byte after two seconds is half as bad as none. */
  private static final double SLOW_MS = 2_000;

  private static final double NEWS = 0.3;
  private static final double USUAL_DURATION_MS = 5_000;

  private double errors;
  private long errorsAt;
  private double firstByteMs;
  private long firstByteAt;
  private double durationMs = USUAL_DURATION_MS;
  private int failures;

  void firstByte(long now, long milliseconds) {
    firstByteMs = slowness(now) == 0 ? milliseconds : mix(firstByteMs, (double) milliseconds);
    firstByteAt = now;
  }

  void served(long now, long milliseconds) {
    errors = errors(now) * (1 - NEWS);
    errorsAt = now;
    durationMs = mix(durationMs, (double) milliseconds);
    failures = 0;
  }

  void failed(long now) {
    errors = mix(errors(now), 1);
    errorsAt = now;
    failures++;
  }

  /** It was told to wait, which is no error, but several times in a row. */
  void limited() {
    failures++;
  }

  void forgiven() {
    failures = 0;
    errors = 0;
  }

  int failuresInARow() {
    return failures;
  }

  /** 0 to 1. */
  double errors(long now) {
    return errors < 0.001 ? 0 : errors / (1 + (now - errorsAt) / FORGET_ERRORS_MS);
  }

  /** 0 to 1. */
  double slowness(long now) {
    double known = firstByteMs / (1 + (now - firstByteAt) / FORGET_SLOWNESS_MS);
    return known / (known + SLOW_MS);
  }

  double durationMs() {
    return durationMs;
  }

  private static double mix(double known, double news) {
    return known + NEWS * (news - known);
  }
}
