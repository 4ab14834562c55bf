package potluck.kit.fake;

/** One thing that the fake model says. Immutable. */
public sealed interface AnswerPart {
  /**
   * @param text what the model thinks, perhaps empty
   */
  record Thinking(String text) implements AnswerPart {}

  record Text(String text) implements AnswerPart {}

  /**
   * A call of a tool.
   *
   * @param arguments a JSON object
   */
  record Call(String id, String name, String arguments) implements AnswerPart {}
}
