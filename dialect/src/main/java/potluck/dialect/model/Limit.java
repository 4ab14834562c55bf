package potluck.dialect.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A bound that an upstream reports of itself, and what is left of it. Immutable.
 *
 * @param most in a window; -1 where it is not said
 * @param left in this window; -1 where it is not said
 * @param reset when the window is full again; null where it is not said
 */
public record Limit(Kind kind, long most, long left, @Nullable Instant reset) {
  /** What is bounded. */
  public enum Kind {
    REQUESTS("requests"),
    TOKENS("tokens"),
    INPUT_TOKENS("input-tokens"),
    OUTPUT_TOKENS("output-tokens");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word that header names have for it. */
    public String word() {
      return word;
    }
  }
}
