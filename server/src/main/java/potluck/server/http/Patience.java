package potluck.server.http;

import java.time.Duration;

/**
 * How long a connection may take: for the head of a request, for its body without progress, for one
 * write of an answer, and between requests. While an answer is awaited the upstream's bounds hold.
 * Set by the connection's thread, asked by the sweeper.
 */
final class Patience {
  /** How long whoever is sent away may take to hear it. */
  static final Duration FAREWELL = Duration.ofSeconds(1);

  /** Heads come in one piece or two; what takes longer gives way where there is no room. */
  private static final Duration QUICK = Duration.ofMillis(250);

  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    ANSWER
  }

  private final Fence fence;
  private long begun = System.nanoTime();
  private Phase phase = Phase.IDLE;
  private long since = System.nanoTime();
  private long bytes;
  private boolean writing;
  private long writingSince;
  private boolean farewell;

  Patience(Fence fence) {
    this.fence = fence;
  }

  synchronized void arrived(int count) {
    if (phase == Phase.IDLE && count > 0) {
      enter(Phase.HEAD);
    }
    bytes += count;
  }

  /** The head is here; the body may follow. */
  synchronized void body() {
    enter(Phase.BODY);
  }

  /** The request is here; the answer is made. */
  synchronized void answer() {
    enter(Phase.ANSWER);
  }

  /** Bytes are being written, until {@link #written}. */
  synchronized void writing() {
    writing = true;
    writingSince = System.nanoTime();
  }

  synchronized void written() {
    writing = false;
  }

  /** The answer has been given. */
  synchronized void idle() {
    enter(Phase.IDLE);
  }

  /** This one will be sent away; it may take no longer than that. */
  synchronized void farewell() {
    farewell = true;
  }

  /** The last answer has been given; what still comes is not wanted. */
  synchronized void lingering() {
    enter(Phase.IDLE);
    begun = since;
    farewell = true;
  }

  /** Bytes of the head that is coming; 0 where none is. */
  synchronized long headBytes() {
    return phase == Phase.HEAD ? bytes : 0;
  }

  /** Nanoseconds that it has been resting; less than 0 where it is not. */
  synchronized long rested(long now) {
    return phase == Phase.IDLE ? now - since : -1;
  }

  /**
   * Nanoseconds that nothing is lost by closing it: it rests, or its head has been coming for
   * longer than heads take. Less than 0 where neither is so.
   */
  synchronized long dispensable(long now) {
    return phase == Phase.HEAD && now - since > QUICK.toNanos() ? now - since : rested(now);
  }

  synchronized boolean overdue(long now) {
    if ((farewell && now - begun > FAREWELL.toNanos())
        || (writing && now - writingSince > fence.stall().toNanos())) {
      return true;
    }
    long taken = now - since;
    return switch (phase) {
      case ANSWER -> false;
      case IDLE -> taken > fence.idle().toNanos();
      case HEAD -> taken > fence.head().toNanos();
      case BODY -> {
        if (taken <= fence.stall().toNanos()) {
          yield false;
        }
        if (bytes < fence.stallBytes()) {
          yield true;
        }
        since = now;
        bytes = 0;
        yield false;
      }
    };
  }

  private void enter(Phase next) {
    phase = next;
    since = System.nanoTime();
    bytes = 0;
  }
}
