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
  private static final long EVERY_MILLIS = 200;

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final KeepAlive kept;

  Sweeper(KeepAlive kept) {
    this.kept = kept;
    Thread.ofPlatform().daemon().name("upstream-sweeper").start(this::sweep);
  }

  private void sweep() {
    try {
      while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        watches.forEach(Watch::check);
        kept.evict();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts to look at an exchange, until {@link #forget}. */
  Watch watch(Bounds bounds) {
    var watch = new Watch(bounds);
    watches.add(watch);
    if (closed.getCount() == 0) watch.fail(Kind.ABORTED);
    return watch;
  }

  void forget(Watch watch) {
    watches.remove(watch);
  }

  /** Ends every running exchange. */
  @Override
  public void close() {
    closed.countDown();
    watches.forEach(watch -> watch.fail(Kind.ABORTED));
  }
}
