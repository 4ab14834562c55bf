package potluck.gateway.quota;

import java.time.Instant;
import potluck.dialect.model.Failure;

/** A limit on concurrent requests. Guarded by the lock of its {@link UserAllowance}. */
final class ConcurrencyLimit implements AllowanceCheck {
  private int max;
  private int running;
  private int remoteRunning;
  private int sharingNodes = 1;

  ConcurrencyLimit(int max) {
    this.max = max;
  }

  void setMax(int other) {
    max = other;
  }

  int max() {
    return max;
  }

  int running() {
    return running;
  }

  /**
   * @param remote requests running on other nodes
   * @param nodes number of nodes that split the limit because they cannot reach each other; else 1
   */
  void setRemoteRunning(int remote, int nodes) {
    remoteRunning = remote;
    sharingNodes = nodes;
  }

  @Override
  public void advanceTo(Instant now) {}

  @Override
  public Availability availability(Estimate estimate) {
    return running + remoteRunning < Math.ceilDiv(max, sharingNodes)
        ? Availability.AVAILABLE
        : Availability.LATER;
  }

  @Override
  public void hold(Estimate estimate) {
    running++;
  }

  @Override
  public void release(Estimate estimate) {
    running--;
  }

  @Override
  public void consume(ActualUsage usage) {}

  @Override
  public Failure toFailure(Instant now) {
    return Failure.of(
            Failure.Kind.RATE_LIMITED,
            "The limit concurrency is reached: " + max + " requests are running.")
        .code("rate_limit_exceeded");
  }
}
