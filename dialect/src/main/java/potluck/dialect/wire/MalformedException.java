package potluck.dialect.wire;

/** Bytes do not have the required form. It is used for control flow, so it has no stack trace. */
public final class MalformedException extends RuntimeException {
  private final int offset;

  /**
   * @param what the problem, for people
   * @param offset of the byte that shows it, from 0
   */
  public MalformedException(String what, int offset) {
    super(what, null, false, false);
    this.offset = offset;
  }

  /** The offset of the byte that shows the problem, from 0. */
  public int offset() {
    return offset;
  }
}
