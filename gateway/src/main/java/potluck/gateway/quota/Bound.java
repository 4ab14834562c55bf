package potluck.gateway.quota;

import java.time.Instant;
import potluck.dialect.model.Failure;

/** Something that a request must find room in. Guarded by its purse's lock. */
interface Bound {
  /** How much room there is. */
  enum Room {
    ENOUGH,
    /** Not now, but requests that are under way may leave some. */
    LATER,
    NONE
  }

  /** Takes note of the time. */
  void roll(Instant now);

  /** Whether a request has room; the last one may, of all that is left, be too little for. */
  Room room(Wish wish);

  void hold(Wish wish);

  void release(Wish wish);

  /** Counts what was used in the end. */
  void use(Spent spent);

  /** What to say to a request that finds none. */
  Failure refusal(Instant now);
}
