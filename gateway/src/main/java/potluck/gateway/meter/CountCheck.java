package potluck.gateway.meter;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;

/**
 * Decides which token counts of one request are charged: those of the upstream if they can be
 * believed, else our estimate. A count is never cut to what can be believed, because the cut would
 * be the price of a lie.
 *
 * <p>A provider at its own address is believed if its count is possible. An upstream at an address
 * that a user gave is believed if its count differs from our estimate by at most a factor. Used by
 * one thread.
 */
public final class CountCheck {
  /** The largest context window of a model, in tokens. */
  private static final long MAX_CONTEXT_TOKENS = 2_097_152;

  /** The longest hidden reasoning. */
  private static final long MAX_HIDDEN_TOKENS = 200_000;

  /** The longest token: a run of white space. */
  private static final long MAX_BYTES_PER_TOKEN = 128;

  /** Tokens that no estimate sees: the provider's own prompt and the templates of tools. */
  private static final long INPUT_ALLOWANCE = 500;

  /** Tokens that no estimate sees: those that begin and end turns and calls. */
  private static final long OUTPUT_ALLOWANCE = 32;

  private final byte[] request;
  private final OptionalLong maxTokens;
  private final int factor;
  private long estimatedInput;

  /**
   * @param request the body of the request; not copied
   * @param maxTokens the maximum length of the answer that the caller set
   * @param factor by which counts of upstreams at addresses of users may differ from our estimate;
   *     0 to believe what is possible
   */
  public CountCheck(byte[] request, OptionalLong maxTokens, int factor) {
    this.request = request;
    this.maxTokens = maxTokens;
    this.factor = factor;
  }

  /**
   * The counts to charge.
   *
   * @param estimated whether at least one of them is ours
   * @param disputed the upstream's counts if it made one that was not believed; null otherwise
   */
  record Result(TokenUsage tokens, boolean estimated, @Nullable TokenUsage disputed) {
    static final Result NONE = new Result(TokenUsage.NONE, false, null);
  }

  /**
   * The counts of an answer, or of the part of it that was relayed.
   *
   * @param own whether the upstream is a provider at its own address
   * @param complete whether the answer is complete; else the result is always an estimate
   */
  Result check(Passage passage, boolean own, boolean complete) {
    UsageReport report = passage.usage();
    TokenUsage said = report.tokens();
    long text = passage.textBytes();
    boolean believeInput = report.inputCounted() && isPossibleInput(said.input(), own);
    long output = said.output();
    boolean counted = report.outputCounted() && (output > 0 || text == 0);
    // Text after the last report is not in it, and the rest of a broken answer brings no report.
    boolean behind =
        !complete && passage.isUsageStale() && TokenEstimate.ofText(text) > said.output();
    boolean believeOutput = counted && !behind && isPossibleOutput(output, text, own);
    boolean disputed =
        (report.inputCounted() && !believeInput) || (counted && !behind && !believeOutput);
    if (!believeOutput) {
      output = TokenEstimate.ofText(text);
    }
    TokenUsage tokens =
        believeInput
            ? new TokenUsage(
                said.input(), said.cached(), said.cacheWritten(), output, said.reasoning())
            : new TokenUsage(estimatedInput(), 0, 0, output, said.reasoning());
    boolean estimated = !complete || !believeInput || (!believeOutput && text > 0);
    return new Result(tokens, estimated, disputed ? said : null);
  }

  /**
   * The counts of an answer of which the caller, who went away, received nothing: the provider has
   * read the input.
   *
   * @param passage null if the provider had not begun to answer
   */
  Result checkInputOnly(@Nullable Passage passage, boolean own) {
    TokenUsage said = passage == null ? TokenUsage.NONE : passage.usage().tokens();
    boolean believe = said.input() > 0 && isPossibleInput(said.input(), own);
    TokenUsage tokens =
        believe
            ? new TokenUsage(said.input(), said.cached(), said.cacheWritten(), 0, 0)
            : new TokenUsage(estimatedInput(), 0, 0, 0, 0);
    return new Result(tokens, true, said.input() > 0 && !believe ? said : null);
  }

  private boolean isPossibleInput(long said, boolean own) {
    if (said > request.length + MAX_CONTEXT_TOKENS) {
      return false;
    }
    return own || factor == 0 || isNear(said, estimatedInput(), INPUT_ALLOWANCE);
  }

  private boolean isPossibleOutput(long said, long text, boolean own) {
    long hidden = Math.min(MAX_HIDDEN_TOKENS, maxTokens.orElse(MAX_HIDDEN_TOKENS));
    if (said > text + hidden + OUTPUT_ALLOWANCE || said < text / MAX_BYTES_PER_TOKEN) {
      return false;
    }
    return own || factor == 0 || isNear(said, TokenEstimate.ofText(text), OUTPUT_ALLOWANCE);
  }

  private boolean isNear(long said, long estimate, long allowance) {
    return said <= estimate * factor + allowance && (said + allowance) * factor >= estimate;
  }

  private long estimatedInput() {
    if (estimatedInput == 0) {
      estimatedInput = TokenEstimate.ofRequest(request);
    }
    return estimatedInput;
  }
}
