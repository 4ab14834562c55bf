package potluck.dialect.wire;

/**
 * Thrown where bytes are not the JSON that they should be. Says what is wrong and at which byte.
 */
public final class Malformed extends RuntimeException {
  public Malformed(String what, int at) {
    super(what + " at byte " + at, null, false, false);
  }
}
