package potluck.kit.fake;

import java.util.List;
import potluck.dialect.model.TokenUsage;

/**
 * What the fake model answers, before it is put into a dialect. Immutable.
 *
 * @param stop why it stops
 */
public record FakeAnswer(List<AnswerPart> parts, TokenUsage usage, StopReason stop) {
  /** Why an answer ends; each dialect has its own words for it. */
  public enum StopReason {
    END,
    LENGTH,
    FILTER,
    CALLS
  }

  /** Holds an umlaut, wide characters and an emoji, so that every split is worth trying. */
  public static final String TEXT = "Hello from the fake model. Grüße, 世界 🙂!";

  public static final String THOUGHT = "Let me think: 2 + 2 = 4.";

  /** Quotes, a line break and an emoji: what escaping gets wrong. */
  public static final String ARGUMENTS =
      "{\"city\":\"Köln\",\"note\":\"say \\\"hi\\\"\\nthen 🙂\"}";

  public static final TokenUsage USAGE = new TokenUsage(219, 100, 20, 60, 0);
  public static final TokenUsage USAGE_THINKING = new TokenUsage(219, 100, 20, 90, 30);

  public FakeAnswer {
    parts = List.copyOf(parts);
  }

  /** Just text, with the usual usage. */
  public static FakeAnswer text(String text) {
    return new FakeAnswer(List.of(new AnswerPart.Text(text)), USAGE, StopReason.END);
  }

  public FakeAnswer usage(TokenUsage tokens) {
    return new FakeAnswer(parts, tokens, stop);
  }

  public FakeAnswer stop(StopReason why) {
    return new FakeAnswer(parts, usage, why);
  }

  /** All texts in one. */
  public String joinedText() {
    var all = new StringBuilder();
    for (AnswerPart part : parts) {
      if (part instanceof AnswerPart.Text text) all.append(text.text());
    }
    return all.toString();
  }

  /** All thoughts in one. */
  public String joinedThoughts() {
    var all = new StringBuilder();
    for (AnswerPart part : parts) {
      if (part instanceof AnswerPart.Thinking thinking) all.append(thinking.text());
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
