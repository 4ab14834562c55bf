package potluck.gateway.quota;

import java.time.Instant;
import potluck.dialect.model.Failure;

/**
 * One limit, budget or quota that a request must fit into. Guarded by the lock of its {@link
 * UserAllowance}.
 */
interface AllowanceCheck {
  /** Whether the request fits. */
  enum Availability {
    AVAILABLE,
    /** Not now, but running requests may leave enough. */
    LATER,
    EXHAUSTED
  }

  /** Advances to the current time, which may start a new window. */
  void advanceTo(Instant now);

  /**
   * Whether the request fits. The last one may be admitted although less is left than its estimate.
   */
  Availability availability(Estimate estimate);

  void hold(Estimate estimate);

  void release(Estimate estimate);

  /** Counts what a request used in the end. */
  void consume(ActualUsage usage);

  /** The failure for a request that does not fit. */
  Failure toFailure(Instant now);
}
