package potluck.server.http;

import java.time.Duration;

/**
 * The timeouts of a connection: for the head of a request, for progress of its body, for one write
 * of an answer, and between requests. While an answer is pending, the upstream's timeouts apply.
 * Set by the connection's thread, checked by another.
 */
final class ConnectionTimeouts {
  /** Time for a rejection to reach the caller. */
  static final Duration REJECTION_TIMEOUT = Duration.ofSeconds(1);

  /** A head arrives in one or two packets; a slower one may be closed if the limit is reached. */
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

  /** The head has arrived; the body may follow. */
  synchronized void beginBody() {
    enterPhase(Phase.BODY);
  }

  /** The request has arrived; the answer is pending. */
  synchronized void beginResponse() {
    enterPhase(Phase.RESPONSE);
  }

  /** A write starts; it ends with {@link #written}. */
  synchronized void writing() {
    writing = true;
    writingSince = System.nanoTime();
  }

  synchronized void written() {
    writing = false;
  }

  /** The answer has been sent. */
  synchronized void beginIdle() {
    enterPhase(Phase.IDLE);
  }

  /** This connection is being rejected. */
  synchronized void rejecting() {
    rejecting = true;
  }

  /** The last answer has been sent; further input is discarded. */
  synchronized void beginDraining() {
    enterPhase(Phase.IDLE);
    openedAt = phaseStartedAt;
    rejecting = true;
  }

  /** Bytes of the head that is arriving; 0 if none is. */
  synchronized long headBytes() {
    return phase == Phase.HEAD ? bytes : 0;
  }

  /** Nanoseconds since it became idle; negative if it is not. */
  synchronized long idleNanos(long now) {
    return phase == Phase.IDLE ? now - phaseStartedAt : -1;
  }

  /**
   * Nanoseconds for which closing it would lose nothing: it is idle, or its head is slow. Negative
   * otherwise.
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
