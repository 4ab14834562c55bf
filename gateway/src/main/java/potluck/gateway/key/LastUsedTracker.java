package potluck.gateway.key;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects when keys were last used and saves it every 15 seconds, so that no request waits for it.
 * A crash loses at most that. Thread-safe.
 */
public final class LastUsedTracker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LastUsedTracker.class);
  private static final long PERIOD_NANOS = 15_000_000_000L;

  private final ApiKeys keys;
  private final Map<Long, Instant> times = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  public LastUsedTracker(ApiKeys keys) {
    this.keys = keys;
    this.thread = Thread.ofVirtual().name("last-use").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  public void recordUse(long key, Instant at) {
    times.put(key, at);
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(PERIOD_NANOS);
      write();
    }
  }

  private void write() {
    Map<Long, Instant> batch = new HashMap<>(times);
    if (batch.isEmpty()) {
      return;
    }
    try {
      keys.saveLastUsed(batch);
      batch.forEach(times::remove);
    } catch (RuntimeException e) {
      LOG.debug("could not save when keys were last used: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    write();
    LockSupport.unpark(thread);
  }
}
