package potluck.dialect.wire;

/** Thrown where bytes are not what they should be. Control flow, so it carries no stack trace. */
public final class MalformedException extends RuntimeException {
  private final int offset;

  /**
   * @param what what is wrong, for a person
   * @param at the offset of the byte that shows it
   */
  public MalformedException(String what, int at) {
    super(what, null, false, false);
    this.offset = at;
  }

  /** The offset of the byte that shows it, from 0. */
  public int offset() {
    return offset;
  }
}
