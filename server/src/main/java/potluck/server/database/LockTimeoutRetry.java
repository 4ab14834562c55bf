package potluck.server.database;

import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a migration step until its tables are free. In PostgreSQL, everybody queues behind a
 * statement that waits for a table lock; so a step gives up after a second, lets the others go
 * first, and is repeated. Stateless.
 */
final class LockTimeoutRetry {
  private static final Logger LOG = LoggerFactory.getLogger(LockTimeoutRetry.class);

  /** lock_not_available, deadlock_detected. */
  private static final Set<String> LOCK_STATES = Set.of("55P03", "40P01");

  private static final long PAUSE_NANOS = 1_000_000_000;

  private LockTimeoutRetry() {}

  /** Repeats the work until it succeeds, or fails for another reason than a lock. */
  static void run(Runnable work) {
    boolean said = false;
    while (true) {
      try {
        work.run();
        return;
      } catch (RuntimeException e) {
        if (!LOCK_STATES.contains(SqlState.of(e))) {
          throw e;
        }
        if (!said) {
          said = true;
          LOG.warn(
              "a migration waits for a table that is locked, usually by a backup or an export; it is repeated until the table is free");
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
