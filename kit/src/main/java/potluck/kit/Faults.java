package potluck.kit;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to the bytes from server to client. Immutable; start with {@link
 * #NONE}.
 *
 * @param seed of all random choices
 * @param slice maximum bytes of one write, chosen at random from 1 to this; 0 leaves writes
 *     unchanged
 * @param delay before each write
 * @param endAfterBytes number of bytes after which the connection ends; negative for never
 * @param ending how the connection ends
 */
public record Faults(long seed, int slice, Duration delay, long endAfterBytes, Ending ending) {
  /** How a connection ends. */
  public enum Ending {
    CLOSE,
    RESET,
    /** Bytes are no longer forwarded, and the connection stays open. */
    BLACKHOLE
  }

  /** No faults. */
  public static final Faults NONE = new Faults(1, 0, Duration.ZERO, -1, Ending.CLOSE);

  public Faults seed(long value) {
    return new Faults(value, slice, delay, endAfterBytes, ending);
  }

  public Faults slice(int max) {
    return new Faults(seed, max, delay, endAfterBytes, ending);
  }

  public Faults delay(Duration each) {
    return new Faults(seed, slice, each, endAfterBytes, ending);
  }

  public Faults endAfter(long bytes, Ending how) {
    return new Faults(seed, slice, delay, bytes, how);
  }
}
