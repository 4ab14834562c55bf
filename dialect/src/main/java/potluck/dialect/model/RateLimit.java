package potluck.dialect.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A bound that an upstream reports of itself, and what is left of it. Immutable.
 *
 * @param limit in a window; -1 where it is not said
 * @param remaining in this window; -1 where it is not said
 * @param resetAt when the window is full again; null where it is not said
 */
public record RateLimit(Kind kind, long limit, long remaining, @Nullable Instant resetAt) {
  /** What is bounded. */
  public enum Kind {
    REQUESTS("requests"),
    TOKENS("tokens"),
    INPUT_TOKENS("input-tokens"),
    OUTPUT_TOKENS("output-tokens");

    private final String headerWord;

    Kind(String word) {
      this.headerWord = word;
    }

    /** The word that header names have for it. */
    public String headerWord() {
      return headerWord;
    }
  }
}
