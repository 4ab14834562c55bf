package potluck.gateway.upstream;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * The deadline of one exchange: knows how long the exchange has been waiting, and closes its socket
 * if that is too long. It replaces SO_TIMEOUT, which arms and disarms a timer for each read and
 * costs 30 to 40 % CPU per paced stream. Thread-safe; the first reason to end the exchange wins.
 */
final class ExchangeDeadline {
  private static final long NEVER = Long.MAX_VALUE;

  /** For the rest of a framing that has started to arrive: 100 ms. */
  private static final long FRAMING_TAIL_NANOS = 100_000_000;

  private final Timeouts timeouts;
  private final long start = System.nanoTime();
  private @Nullable Closeable guarded;
  private @Nullable Kind failure;
  private boolean ended;

  /** The failure if the current wait takes too long; written before {@code deadline}. */
  private Kind phase = Kind.CONNECT_TIMEOUT;

  /** In nanoseconds since {@code start}; volatile, so that the sweeper sees changes. */
  private volatile long deadline = NEVER;

  ExchangeDeadline(Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  /** Starts to open a connection: one timeout for all steps. */
  void connecting() {
    phase = Kind.CONNECT_TIMEOUT;
    deadline = elapsed() + timeouts.connect().toNanos();
  }

  /** Sets the socket to close; closes it at once if the exchange has already failed. */
  synchronized void guard(Closeable target) throws UpstreamFailed {
    guarded = target;
    if (failure == null) {
      return;
    }
    closeQuietly(target);
    throw failed(failure, null);
  }

  /** Sets what the next waits are for. */
  void phase(Kind next) {
    phase = next;
    deadline = NEVER;
  }

  /** A wait for the server starts. */
  void waiting() {
    switch (phase) {
      case FIRST_BYTE_TIMEOUT -> deadline = elapsed() + timeouts.firstByte().toNanos();
      case IDLE_TIMEOUT -> deadline = elapsed() + timeouts.idle().toNanos();
      case TRUNCATED -> deadline = elapsed() + FRAMING_TAIL_NANOS;
      default -> {}
    }
  }

  /** A wait for the server has ended; only the total timeout runs. */
  void progressed() {
    if (phase != Kind.CONNECT_TIMEOUT) {
      deadline = NEVER;
    }
  }

  /** What is left of the connect timeout, in milliseconds; at least 1. */
  int connectMillisLeft() {
    return Math.clamp((deadline - elapsed()) / 1_000_000, 1, Integer.MAX_VALUE);
  }

  private long elapsed() {
    return System.nanoTime() - start;
  }

  /** Called by the sweeper. */
  void check() {
    long now = elapsed();
    if (now > timeouts.total().toNanos()) {
      fail(Kind.TOTAL_TIMEOUT);
    } else if (now > deadline) {
      fail(phase);
    }
  }

  /** Ends the exchange by closing its socket; does nothing if it has ended. */
  synchronized void fail(Kind kind) {
    if (ended || failure != null) {
      return;
    }
    failure = kind;
    if (guarded != null) {
      closeQuietly(guarded);
    }
  }

  /** Ends the exchange; false if it failed before, and the connection is lost. */
  synchronized boolean end() {
    if (failure != null) {
      return false;
    }
    ended = true;
    return true;
  }

  /**
   * The true reason for an exception: for a socket that was closed during a read, the exception
   * says only "closed".
   */
  synchronized UpstreamFailed explain(Kind otherwise, IOException caught) {
    if (failure != null) {
      return failed(failure, caught);
    }
    boolean interrupted = Thread.currentThread().isInterrupted();
    return failed(interrupted ? Kind.ABORTED : otherwise, caught);
  }

  /** The same for a translated failure. */
  synchronized UpstreamFailed explain(UpstreamFailed understood) {
    return failure == null ? understood : failed(failure, null);
  }

  synchronized boolean hasFailed() {
    return failure != null;
  }

  private UpstreamFailed failed(Kind kind, @Nullable IOException caught) {
    String reason =
        switch (kind) {
          case CONNECT_TIMEOUT -> "no connection within " + timeouts.connect();
          case FIRST_BYTE_TIMEOUT -> "no answer within " + timeouts.firstByte();
          case IDLE_TIMEOUT -> "no more of the answer within " + timeouts.idle();
          case TOTAL_TIMEOUT -> "no end of the answer within " + timeouts.total();
          case ABORTED -> "cancelled by this program";
          case TLS -> "the TLS handshake failed";
          case CONNECT -> "no connection could be opened";
          case RESET -> "the connection broke before an answer came";
          case TRUNCATED -> "the response ended early";
          default -> "the connection failed";
        };
    return new UpstreamFailed(kind, reason, caught);
  }

  private static void closeQuietly(Closeable target) {
    try {
      target.close();
    } catch (IOException alreadyGone) {
      // Nothing is left to close.
    }
  }
}
