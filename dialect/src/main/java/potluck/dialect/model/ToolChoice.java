package potluck.dialect.model;

/**
 * Whether the model must call something. Immutable.
 *
 * @param toolName of the function with {@link Kind#NAMED}, else empty
 * @param parallel whether it may call several at once
 */
public record ToolChoice(Kind kind, String toolName, boolean parallel) {
  public static final ToolChoice AUTO = new ToolChoice(Kind.AUTO, "", true);

  /** How free the model is. */
  public enum Kind {
    AUTO,
    ANY,
    NONE,
    NAMED
  }

  public ToolChoice parallel(boolean allowed) {
    return new ToolChoice(kind, toolName, allowed);
  }
}
