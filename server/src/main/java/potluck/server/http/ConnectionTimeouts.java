package potluck.server.http;

import java.time.Duration;

/**
 * How long a connection may take: for the head of a request, for its body without progress, for one
 * write of an answer, and between requests. While an answer is awaited the upstream's bounds hold.
 * Set by the connection's thread, asked by the sweeper.
 */
final class ConnectionTimeouts {
  /** How long whoever is sent away may take to hear it. */
  static final Duration REJECTION_TIMEOUT = Duration.ofSeconds(1);

  /** Heads come in one piece or two; what takes longer gives way where there is no room. */
  private static final Duration SLOW_HEAD = Duration.ofMillis(250);

  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    RESPONSE
  }

  private final ServerLimits.ConnectionLimits limits;
  private long openedAt = System.nanoTime();
  private Phase phase = Phase.IDLE;
  private long phaseStartedAt = System.nanoTime();
  private long bytes;
  private boolean writing;
  private long writingSince;
  private boolean rejecting;

  ConnectionTimeouts(ServerLimits.ConnectionLimits limits) {
    this.limits = limits;
  }

  synchronized void bytesArrived(int count) {
    if (phase == Phase.IDLE && count > 0) {
      enterPhase(Phase.HEAD);
    }
    bytes += count;
  }

  /** The head is here; the body may follow. */
  synchronized void beginBody() {
    enterPhase(Phase.BODY);
  }

  /** The request is here; the answer is made. */
  synchronized void beginResponse() {
    enterPhase(Phase.RESPONSE);
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
  synchronized void beginIdle() {
    enterPhase(Phase.IDLE);
  }

  /** This one will be sent away; it may take no longer than that. */
  synchronized void rejecting() {
    rejecting = true;
  }

  /** The last answer has been given; what still comes is not wanted. */
  synchronized void beginDraining() {
    enterPhase(Phase.IDLE);
    openedAt = phaseStartedAt;
    rejecting = true;
  }

  /** Bytes of the head that is coming; 0 where none is. */
  synchronized long headBytes() {
    return phase == Phase.HEAD ? bytes : 0;
  }

  /** Nanoseconds that it has been resting; less than 0 where it is not. */
  synchronized long idleNanos(long now) {
    return phase == Phase.IDLE ? now - phaseStartedAt : -1;
  }

  /**
   * Nanoseconds that nothing is lost by closing it: it rests, or its head has been coming for
   * longer than heads take. Less than 0 where neither is so.
   */
  synchronized long evictableNanos(long now) {
    return phase == Phase.HEAD && now - phaseStartedAt > SLOW_HEAD.toNanos()
        ? now - phaseStartedAt
        : idleNanos(now);
  }

  synchronized boolean isOverdue(long now) {
    if ((rejecting && now - openedAt > REJECTION_TIMEOUT.toNanos())
        || (writing && now - writingSince > limits.stallTimeout().toNanos())) {
      return true;
    }
    long taken = now - phaseStartedAt;
    return switch (phase) {
      case RESPONSE -> false;
      case IDLE -> taken > limits.idleTimeout().toNanos();
      case HEAD -> taken > limits.headTimeout().toNanos();
      case BODY -> {
        if (taken <= limits.stallTimeout().toNanos()) {
          yield false;
        }
        if (bytes < limits.minBytesPerStall()) {
          yield true;
        }
        phaseStartedAt = now;
        bytes = 0;
        yield false;
      }
    };
  }

  private void enterPhase(Phase next) {
    phase = next;
    phaseStartedAt = System.nanoTime();
    bytes = 0;
  }
}
