package potluck.dialect.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rate limit and what remains of it, as an upstream reports it. Immutable.
 *
 * @param kind what is limited
 * @param limit maximum per window; -1 if not reported
 * @param remaining remaining in the current window; -1 if not reported
 * @param resetAt when the window starts again; null if not reported
 */
public record RateLimit(Kind kind, long limit, long remaining, @Nullable Instant resetAt) {
  /** What is limited. */
  public enum Kind {
    REQUESTS("requests"),
    TOKENS("tokens"),
    INPUT_TOKENS("input-tokens"),
    OUTPUT_TOKENS("output-tokens");

    private final String headerWord;

    Kind(String headerWord) {
      this.headerWord = headerWord;
    }

    /** The word used in header names, such as {@code input-tokens}. */
    public String headerWord() {
      return headerWord;
    }
  }
}
