package potluck.dialect.exchange;

import java.util.List;
import java.util.Optional;
import potluck.dialect.Dialect;
import potluck.dialect.anthropic.Anthropic;
import potluck.dialect.gemini.Gemini;
import potluck.dialect.openai.OpenAi;
import potluck.dialect.responses.Responses;

/** All dialects by name; the only list of them. */
public final class Dialects {
  private static final List<Dialect> ALL =
      List.of(new OpenAi(), new Responses(), new Anthropic(), new Gemini());

  private Dialects() {}

  /** All dialects, in a fixed order. */
  public static List<Dialect> all() {
    return ALL;
  }

  /** The dialect with a name such as {@code openai}. */
  public static Optional<Dialect> find(String name) {
    return ALL.stream().filter(dialect -> dialect.name().equals(name)).findFirst();
  }
}
