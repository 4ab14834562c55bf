package potluck.dialect.model;

/**
 * What an answer used, in tokens, with one meaning for all dialects. It is a count and not a price.
 *
 * <p>{@code input} and {@code output} are totals: cached and written tokens are part of the input,
 * reasoning tokens part of the output (OpenAI's and Gemini's sense; Anthropic's {@code
 * input_tokens} leaves the first two out). Immutable.
 *
 * @param input all tokens read by the model, cached and written ones included; never negative
 * @param cached the part of {@code input} that came from the provider's prompt cache
 * @param cacheWritten the part of {@code input} that was written to the provider's prompt cache
 * @param output all tokens made by the model, reasoning included; never negative
 * @param reasoning the part of {@code output} that was spent on thinking
 */
public record TokenUsage(long input, long cached, long cacheWritten, long output, long reasoning) {
  public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0);

  /** Numbers above this are taken for hostile (no model reads a trillion tokens) and are cut. */
  public static final long MAX_COUNT = 1_000_000_000_000L;

  public TokenUsage {
    input = clamp(input, MAX_COUNT);
    output = clamp(output, MAX_COUNT);
    cached = clamp(cached, input);
    cacheWritten = clamp(cacheWritten, input - cached);
    reasoning = clamp(reasoning, output);
  }

  public long total() {
    return input + output;
  }

  /**
   * What counts after a later report in the same answer: the later one, unless it says nothing.
   * Details that it leaves out are kept while the totals are the same.
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

  private static long clamp(long value, long most) {
    return Math.max(0, Math.min(value, most));
  }
}
