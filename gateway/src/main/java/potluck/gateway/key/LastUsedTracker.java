package potluck.gateway.key;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.background.Periodic;

/**
 * Collects when keys were last used and saves it every 15 seconds, so that no request waits for it.
 * A crash loses at most that. Thread-safe.
 */
public final class LastUsedTracker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LastUsedTracker.class);
  private static final Duration PERIOD = Duration.ofSeconds(15);

  private final ApiKeys keys;
  private final Map<Long, Instant> times = new ConcurrentHashMap<>();
  private final Periodic writer = new Periodic("last-used", PERIOD, this::write);

  public LastUsedTracker(ApiKeys keys) {
    this.keys = keys;
  }

  public void start() {
    writer.start();
  }

  public void recordUse(long key, Instant at) {
    times.put(key, at);
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
    writer.close();
    write();
  }
}
