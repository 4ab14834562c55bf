package potluck.gateway.quota;

import java.time.Instant;
import potluck.dialect.model.Failure;

/** A bound on requests at a time. Guarded by its purse's lock. */
final class ConcurrencyLimit implements AllowanceCheck {
  private int max;
  private int running;
  private int setRemoteRunning;
  private int sharingNodes = 1;

  ConcurrencyLimit(int most) {
    this.max = most;
  }

  void setMax(int other) {
    max = other;
  }

  int running() {
    return running;
  }

  /** As the pool has it of accounts. */
  void setRemoteRunning(int others, int nodes) {
    setRemoteRunning = others;
    sharingNodes = nodes;
  }

  @Override
  public void advanceTo(Instant now) {}

  @Override
  public Availability availability(Estimate wish) {
    return running + setRemoteRunning < Math.ceilDiv(max, sharingNodes)
        ? Availability.AVAILABLE
        : Availability.LATER;
  }

  @Override
  public void hold(Estimate wish) {
    running++;
  }

  @Override
  public void release(Estimate wish) {
    running--;
  }

  @Override
  public void consume(ActualUsage spent) {}

  @Override
  public Failure toFailure(Instant now) {
    return Failure.of(
            Failure.Kind.RATE_LIMITED, "The limit concurrency is reached: " + max + " are running.")
        .code("rate_limit_exceeded");
  }
}
