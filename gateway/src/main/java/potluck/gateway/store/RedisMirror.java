package potluck.gateway.store;

import java.time.Duration;
import potluck.gateway.store.ChangeFeed.Change;

/**
 * A fast copy of what PostgreSQL holds, and a fast wire between nodes. Nobody waits for it and
 * nothing depends on it: what it loses, PostgreSQL and the feed of changes still say. Thread-safe.
 */
public interface RedisMirror {
  /** Copies nothing and tells nobody. */
  RedisMirror NONE =
      new RedisMirror() {
        @Override
        public void put(String key, String value, Duration life) {}

        @Override
        public void remove(String key) {}

        @Override
        public void publish(Change change) {}
      };

  /** Copies a value, some time soon, if it can. */
  void put(String key, String value, Duration life);

  /** Takes a copy away, some time soon, if it can. */
  void remove(String key);

  /** Tells other nodes of a change that has been committed, some time soon, if it can. */
  void publish(Change change);
}
