package potluck.gateway.upstream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * The one thread that looks at every running exchange five times a second, and at the idle
 * connections. Thread-safe.
 */
final class Sweeper implements AutoCloseable {
  private static final long PERIOD_MS = 200;

  private final Set<ExchangeDeadline> deadlines = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final IdleConnections idleConnections;

  Sweeper(IdleConnections kept) {
    this.idleConnections = kept;
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

  /** Starts to look at an exchange, until {@link #unregister}. */
  ExchangeDeadline register(Timeouts bounds) {
    var watch = new ExchangeDeadline(bounds);
    deadlines.add(watch);
    if (closed.getCount() == 0) watch.fail(Kind.ABORTED);
    return watch;
  }

  void unregister(ExchangeDeadline watch) {
    deadlines.remove(watch);
  }

  /** Ends every running exchange. */
  @Override
  public void close() {
    closed.countDown();
    deadlines.forEach(watch -> watch.fail(Kind.ABORTED));
  }
}
