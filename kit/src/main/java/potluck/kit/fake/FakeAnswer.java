package potluck.kit.fake;

import java.util.List;
import potluck.dialect.model.TokenUsage;

/**
 * The answer of the fake model, before it is written in a dialect. Immutable.
 *
 * @param stop reason the answer ends
 */
public record FakeAnswer(List<AnswerPart> parts, TokenUsage usage, StopReason stop) {
  /** Why an answer ends; each dialect has its own words for it. */
  public enum StopReason {
    END,
    LENGTH,
    FILTER,
    CALLS
  }

  /** Contains an umlaut, wide characters and an emoji, so that tests split it inside characters. */
  public static final String TEXT = "Hello from the fake model. Grüße, 世界 🙂!";

  public static final String THOUGHT = "Let me think: 2 + 2 = 4.";

  /** Contains quotes, a line break and an emoji, to test escaping. */
  public static final String ARGUMENTS =
      "{\"city\":\"Köln\",\"note\":\"say \\\"hi\\\"\\nthen 🙂\"}";

  public static final TokenUsage USAGE = new TokenUsage(219, 100, 20, 60, 0);
  public static final TokenUsage USAGE_THINKING = new TokenUsage(219, 100, 20, 90, 30);

  public FakeAnswer {
    parts = List.copyOf(parts);
  }

  /** A text with the default usage. */
  public static FakeAnswer text(String text) {
    return new FakeAnswer(List.of(new AnswerPart.Text(text)), USAGE, StopReason.END);
  }

  public FakeAnswer usage(TokenUsage tokens) {
    return new FakeAnswer(parts, tokens, stop);
  }

  public FakeAnswer stop(StopReason reason) {
    return new FakeAnswer(parts, usage, reason);
  }

  /** All text, concatenated. */
  public String joinedText() {
    StringBuilder all = new StringBuilder();
    for (AnswerPart part : parts) {
      if (part instanceof AnswerPart.Text text) {
        all.append(text.text());
      }
    }
    return all.toString();
  }

  /** All thoughts, concatenated. */
  public String joinedThoughts() {
    StringBuilder all = new StringBuilder();
    for (AnswerPart part : parts) {
      if (part instanceof AnswerPart.Thinking thinking) {
        all.append(thinking.text());
      }
    }
    return all.toString();
  }

  public List<AnswerPart.Call> calls() {
    return parts.stream()
        .filter(AnswerPart.Call.class::isInstance)
        .map(AnswerPart.Call.class::cast)
        .toList();
  }
}
