package potluck.dialect;

/**
 * How translations are to behave.
 *
 * @param strict whether a loss is an error instead of a note
 */
public record Options(boolean strict) {
  public static final Options DEFAULT = new Options(false);
}
