package potluck.gateway.store;

import java.time.Duration;
import potluck.gateway.store.ChangeFeed.Change;

/**
 * A fast copy of values that PostgreSQL holds, and a fast channel between nodes. Nothing waits for
 * it or depends on it: whatever it loses is in PostgreSQL and in the change feed. Thread-safe.
 */
public interface RedisMirror {
  /** Copies nothing and publishes nothing. */
  RedisMirror NONE =
      new RedisMirror() {
        @Override
        public void put(String key, String value, Duration life) {}

        @Override
        public void remove(String key) {}

        @Override
        public void publish(Change change) {}
      };

  /** Copies a value soon, if possible; returns at once. */
  void put(String key, String value, Duration life);

  /** Removes a copy soon, if possible; returns at once. */
  void remove(String key);

  /** Publishes a committed change to other nodes soon, if possible; returns at once. */
  void publish(Change change);
}
