package potluck.dialect.model;

/**
 * What an upstream has reported about tokens so far. A side that it left out, or for which it sent
 * anything but a non-negative integer, is not counted. Immutable.
 *
 * @param tokens the counts; zero on a side that is not counted
 * @param inputCounted whether the upstream counted the input; a count of zero says nothing, because
 *     every request has input
 * @param outputCounted whether the upstream counted the output; placeholders do not count
 */
public record UsageReport(TokenUsage tokens, boolean inputCounted, boolean outputCounted) {
  public static final UsageReport NONE = new UsageReport(TokenUsage.NONE, false, false);

  /** The value of a count that the upstream did not report. */
  public static final long NOT_COUNTED = -1;

  /** A report of complete counts. */
  public static UsageReport of(TokenUsage tokens) {
    return new UsageReport(tokens, tokens.input() > 0, tokens.total() > 0);
  }

  /**
   * A report of counts as {@link potluck.dialect.wire.JsonTree#countOrMissing} reads them, each of
   * which may be {@link #NOT_COUNTED}.
   */
  public static UsageReport of(
      long input, long cached, long cacheWritten, long output, long reasoning) {
    return new UsageReport(
        new TokenUsage(input, cached, cacheWritten, output, reasoning),
        input > 0,
        output > 0 || (output == 0 && input > 0));
  }

  /** Whether the upstream counted anything. */
  public boolean isCounted() {
    return inputCounted || outputCounted;
  }

  /**
   * Combines this report with a later one of the same answer. On each side the later one wins,
   * unless it does not count it. Details that it omits are kept if the total of the side is the
   * same.
   */
  public UsageReport mergeLater(UsageReport later) {
    TokenUsage last = later.tokens;
    if (!later.isCounted()) {
      return this;
    }
    boolean laterInput = later.inputCounted || !inputCounted;
    boolean laterOutput = later.outputCounted || !outputCounted;
    TokenUsage input = laterInput ? last : tokens;
    TokenUsage output = laterOutput ? last : tokens;
    boolean sameInput = last.input() == tokens.input();
    boolean sameOutput = last.output() == tokens.output();
    return new UsageReport(
        new TokenUsage(
            input.input(),
            sameInput ? Math.max(last.cached(), tokens.cached()) : input.cached(),
            sameInput ? Math.max(last.cacheWritten(), tokens.cacheWritten()) : input.cacheWritten(),
            output.output(),
            sameOutput ? Math.max(last.reasoning(), tokens.reasoning()) : output.reasoning()),
        inputCounted || later.inputCounted,
        outputCounted || later.outputCounted);
  }
}
