package potluck.gateway.upstream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import potluck.gateway.background.Periodic;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * One thread that checks the deadlines of all running exchanges and the idle connections five times
 * a second. Thread-safe.
 */
final class Sweeper implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final Set<ExchangeDeadline> deadlines = ConcurrentHashMap.newKeySet();
  private final Periodic sweep = Periodic.onPlatformThread("upstream-sweeper", PERIOD, this::sweep);
  private final IdleConnections idleConnections;
  private volatile boolean closed;

  Sweeper(IdleConnections idleConnections) {
    this.idleConnections = idleConnections;
    sweep.start();
  }

  private void sweep() {
    deadlines.forEach(ExchangeDeadline::check);
    idleConnections.closeExpired();
  }

  /** Registers the deadline of an exchange, until {@link #unregister}. */
  ExchangeDeadline register(Timeouts timeouts) {
    var deadline = new ExchangeDeadline(timeouts);
    deadlines.add(deadline);
    if (closed) {
      deadline.fail(Kind.ABORTED);
    }
    return deadline;
  }

  void unregister(ExchangeDeadline deadline) {
    deadlines.remove(deadline);
  }

  /** Ends every running exchange. */
  @Override
  public void close() {
    closed = true;
    sweep.close();
    deadlines.forEach(deadline -> deadline.fail(Kind.ABORTED));
  }
}
