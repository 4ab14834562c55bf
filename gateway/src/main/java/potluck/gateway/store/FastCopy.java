package potluck.gateway.store;

import java.time.Duration;
import potluck.gateway.store.Changes.Change;

/**
 * A fast copy of what PostgreSQL holds, and a fast wire between nodes. Nobody waits for it and
 * nothing depends on it: what it loses, PostgreSQL and the feed of changes still say. Thread-safe.
 */
public interface FastCopy {
  /** Copies nothing and tells nobody. */
  FastCopy NONE =
      new FastCopy() {
        @Override
        public void put(String key, String value, Duration life) {}

        @Override
        public void remove(String key) {}

        @Override
        public void tell(Change change) {}
      };

  /** Copies a value, some time soon, if it can. */
  void put(String key, String value, Duration life);

  /** Takes a copy away, some time soon, if it can. */
  void remove(String key);

  /** Tells other nodes of a change that has been committed, some time soon, if it can. */
  void tell(Change change);
}
