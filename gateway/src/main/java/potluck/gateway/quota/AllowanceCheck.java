package potluck.gateway.quota;

import java.time.Instant;
import potluck.dialect.model.Failure;

/** Something that a request must find room in. Guarded by its purse's lock. */
interface AllowanceCheck {
  /** How much room there is. */
  enum Availability {
    AVAILABLE,
    /** Not now, but requests that are under way may leave some. */
    LATER,
    EXHAUSTED
  }

  /** Takes note of the time. */
  void advanceTo(Instant now);

  /** Whether a request has room; the last one may, of all that is left, be too little for. */
  Availability availability(Estimate wish);

  void hold(Estimate wish);

  void release(Estimate wish);

  /** Counts what was used in the end. */
  void consume(ActualUsage spent);

  /** What to say to a request that finds none. */
  Failure toFailure(Instant now);
}
