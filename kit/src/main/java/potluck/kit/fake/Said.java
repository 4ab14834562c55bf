package potluck.kit.fake;

import java.util.List;
import potluck.dialect.model.Tokens;

/**
 * What the fake model answers, before it is put into a dialect. Immutable.
 *
 * @param stop why it stops
 */
public record Said(List<Part> parts, Tokens usage, Stop stop) {
  /** Why an answer ends; each dialect has its own words for it. */
  public enum Stop {
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

  public static final Tokens USAGE = new Tokens(219, 100, 20, 60, 0);
  public static final Tokens USAGE_THINKING = new Tokens(219, 100, 20, 90, 30);

  public Said {
    parts = List.copyOf(parts);
  }

  /** Just text, with the usual usage. */
  public static Said text(String text) {
    return new Said(List.of(new Part.Text(text)), USAGE, Stop.END);
  }

  public Said usage(Tokens tokens) {
    return new Said(parts, tokens, stop);
  }

  public Said stop(Stop why) {
    return new Said(parts, usage, why);
  }

  /** All texts in one. */
  public String joined() {
    var all = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text text) all.append(text.text());
    }
    return all.toString();
  }

  /** All thoughts in one. */
  public String thought() {
    var all = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Thinking thinking) all.append(thinking.text());
    }
    return all.toString();
  }

  public List<Part.Call> calls() {
    return parts.stream().filter(Part.Call.class::isInstance).map(Part.Call.class::cast).toList();
  }
}
