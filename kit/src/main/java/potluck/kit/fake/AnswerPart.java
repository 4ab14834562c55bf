package potluck.kit.fake;

/** One part of an answer of the fake model. Immutable. */
public sealed interface AnswerPart {
  /**
   * A thought.
   *
   * @param text may be empty
   */
  record Thinking(String text) implements AnswerPart {}

  /** Text. */
  record Text(String text) implements AnswerPart {}

  /**
   * A tool call.
   *
   * @param arguments a JSON object
   */
  record Call(String id, String name, String arguments) implements AnswerPart {}
}
