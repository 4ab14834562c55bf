package potluck.kit;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to the bytes that flow from the server to the client. Immutable;
 * start with {@link #NONE}.
 *
 * @param seed of every choice that is left to chance
 * @param slice the most bytes in one write, chosen anew each time from 1 to this; 0 leaves them as
 *     they come
 * @param delay before each write
 * @param endAfterBytes bytes have passed, {@code ending} strikes; negative for never
 * @param ending what strikes
 */
public record Faults(long seed, int slice, Duration delay, long endAfterBytes, Ending ending) {
  /** How a connection comes to its end. */
  public enum Ending {
    CLOSE,
    RESET,
    /** Nothing passes any more, and nothing is closed. */
    BLACKHOLE
  }

  public static final Faults NONE = new Faults(1, 0, Duration.ZERO, -1, Ending.CLOSE);

  public Faults seed(long newSeed) {
    return new Faults(newSeed, slice, delay, endAfterBytes, ending);
  }

  public Faults slice(int most) {
    return new Faults(seed, most, delay, endAfterBytes, ending);
  }

  public Faults delay(Duration each) {
    return new Faults(seed, slice, each, endAfterBytes, ending);
  }

  public Faults endAfter(long bytes, Ending how) {
    return new Faults(seed, slice, delay, bytes, how);
  }
}
