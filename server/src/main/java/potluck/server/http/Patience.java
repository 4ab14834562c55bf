package potluck.server.http;

import java.time.Duration;

/**
 * How long a connection may take: ten seconds for the head of a request, half a minute without
 * progress for its body, half a minute for one write of an answer. Between requests the server's
 * own idle time holds, and while an answer is awaited the upstream's. Set by the connection's
 * thread, asked by the sweeper.
 */
final class Patience {
  static final Duration HEAD = Duration.ofSeconds(10);
  static final Duration STALL = Duration.ofSeconds(30);

  /** A body that brings less than this in {@link #STALL} crawls. */
  private static final long LEAST_BYTES = 30 << 10;

  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    ANSWER,
    WRITING
  }

  private Phase phase = Phase.IDLE;
  private long since = System.nanoTime();
  private long bytes;

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

  synchronized void writing() {
    enter(Phase.WRITING);
  }

  /** The answer has been given. */
  synchronized void idle() {
    enter(Phase.IDLE);
  }

  /** Whether nothing of a request is here. */
  synchronized boolean resting() {
    return phase == Phase.IDLE;
  }

  synchronized boolean overdue(long now) {
    long taken = now - since;
    return switch (phase) {
      case IDLE, ANSWER -> false;
      case HEAD -> taken > HEAD.toNanos();
      case WRITING -> taken > STALL.toNanos();
      case BODY -> {
        if (taken <= STALL.toNanos()) {
          yield false;
        }
        if (bytes < LEAST_BYTES) {
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
