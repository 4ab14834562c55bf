package potluck.dialect.model;

/**
 * Whether the model must call something. Immutable.
 *
 * @param name of the function with {@link Kind#NAMED}, else empty
 * @param parallel whether it may call several at once
 */
public record Choice(Kind kind, String name, boolean parallel) {
  public static final Choice AUTO = new Choice(Kind.AUTO, "", true);

  /** How free the model is. */
  public enum Kind {
    AUTO,
    ANY,
    NONE,
    NAMED
  }

  public Choice parallel(boolean allowed) {
    return new Choice(kind, name, allowed);
  }
}
