package potluck.dialect.model;

/**
 * Token counts of an answer, with the same meaning in all dialects.
 *
 * <p>{@code input} and {@code output} are totals: cached and cache-written tokens are part of the
 * input, and reasoning tokens are part of the output. OpenAI and Gemini count like this;
 * Anthropic's {@code input_tokens} excludes cached and cache-written tokens. Counts are clamped to
 * what is possible. Immutable.
 *
 * @param input all tokens that the model read; not negative
 * @param cached part of {@code input} that was read from the provider's prompt cache
 * @param cacheWritten part of {@code input} that was written to the provider's prompt cache
 * @param output all tokens that the model generated; not negative
 * @param reasoning part of {@code output} that was used for thinking
 */
public record TokenUsage(long input, long cached, long cacheWritten, long output, long reasoning) {
  public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0);

  /** Larger counts are cut to this, because no model reads a trillion tokens. */
  public static final long MAX_COUNT = 1_000_000_000_000L;

  public TokenUsage {
    input = clamp(input, MAX_COUNT);
    output = clamp(output, MAX_COUNT);
    cached = clamp(cached, input);
    cacheWritten = clamp(cacheWritten, input - cached);
    reasoning = clamp(reasoning, output);
  }

  /** Input and output together. */
  public long total() {
    return input + output;
  }

  /**
   * Combines these counts with a later report of the same answer. The later one wins, unless it is
   * zero. Details that it omits are kept if the totals are the same.
   */
  public TokenUsage mergeLater(TokenUsage later) {
    if (later.total() == 0) {
      return this;
    }
    if (later.input != input || later.output != output) {
      return later;
    }
    return new TokenUsage(
        input,
        Math.max(cached, later.cached),
        Math.max(cacheWritten, later.cacheWritten),
        output,
        Math.max(reasoning, later.reasoning));
  }

  private static long clamp(long value, long max) {
    return Math.max(0, Math.min(value, max));
  }
}
