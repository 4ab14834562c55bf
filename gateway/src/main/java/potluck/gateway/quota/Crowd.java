package potluck.gateway.quota;

import java.time.Instant;
import potluck.dialect.model.Failure;

/** A bound on requests at a time. Guarded by its purse's lock. */
final class Crowd implements Bound {
  private int most;
  private int running;
  private int elsewhere;
  private int sharers = 1;

  Crowd(int most) {
    this.most = most;
  }

  void change(int other) {
    most = other;
  }

  int running() {
    return running;
  }

  /** As the pool has it of accounts. */
  void elsewhere(int others, int nodes) {
    elsewhere = others;
    sharers = nodes;
  }

  @Override
  public void roll(Instant now) {}

  @Override
  public Room room(Wish wish) {
    return running + elsewhere < Math.ceilDiv(most, sharers) ? Room.ENOUGH : Room.LATER;
  }

  @Override
  public void hold(Wish wish) {
    running++;
  }

  @Override
  public void release(Wish wish) {
    running--;
  }

  @Override
  public void use(Spent spent) {}

  @Override
  public Failure refusal(Instant now) {
    return Failure.of(
            Failure.Kind.LIMITED, "The limit concurrency is reached: " + most + " are running.")
        .code("rate_limit_exceeded");
  }
}
