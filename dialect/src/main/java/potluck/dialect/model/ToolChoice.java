package potluck.dialect.model;

/**
 * Whether and which tool the model must call. Immutable.
 *
 * @param toolName name of the tool for {@link Kind#NAMED}, else empty
 * @param parallel whether the model may call several tools at once
 */
public record ToolChoice(Kind kind, String toolName, boolean parallel) {
  public static final ToolChoice AUTO = new ToolChoice(Kind.AUTO, "", true);

  /**
   * How free the model is: it decides by itself, must call any tool, must call none, or must call
   * the named one.
   */
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
