package potluck.gateway.upstream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * One thread that checks the deadlines of all running exchanges and the idle connections five times
 * a second. Thread-safe.
 */
final class Sweeper implements AutoCloseable {
  private static final long PERIOD_MS = 200;

  private final Set<ExchangeDeadline> deadlines = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final IdleConnections idleConnections;

  Sweeper(IdleConnections idleConnections) {
    this.idleConnections = idleConnections;
    Thread.ofPlatform().daemon().name("upstream-sweeper").start(this::sweep);
  }

  private void sweep() {
    try {
      while (!closed.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
        deadlines.forEach(ExchangeDeadline::check);
        idleConnections.closeExpired();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Registers the deadline of an exchange, until {@link #unregister}. */
  ExchangeDeadline register(Timeouts timeouts) {
    var deadline = new ExchangeDeadline(timeouts);
    deadlines.add(deadline);
    if (closed.getCount() == 0) {
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
    closed.countDown();
    deadlines.forEach(deadline -> deadline.fail(Kind.ABORTED));
  }
}
