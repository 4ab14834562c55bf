package potluck.dialect;

import java.util.function.ToLongFunction;
import potluck.dialect.model.Prompt;

/**
 * What the house wants of a translation, beyond what the request says. Immutable.
 *
 * @param strict whether a request that cannot be carried whole is refused instead
 * @param defaultMaxTokens the bound on an answer where the upstream demands one and the caller gave
 *     none, in tokens
 * @param bufferStream whether a stream to an Anthropic client is held back until its usage is known
 * @param signatures where seals are kept for clients that drop them
 * @param createdSeconds when the answer is made, in seconds since 1970
 * @param inputEstimate how many input tokens a stream shall begin with where the upstream has not
 *     said; it may wait for somebody who knows
 */
public record TranslationOptions(
    boolean strict,
    int defaultMaxTokens,
    boolean bufferStream,
    SignatureCache signatures,
    long createdSeconds,
    ToLongFunction<Prompt> inputEstimate) {
  public static final TranslationOptions DEFAULT =
      new TranslationOptions(false, 8192, false, SignatureCache.NONE, 0, Prompt::estimateTokens);

  /** The same, with a stream held back or not. */
  public TranslationOptions bufferStream(boolean held) {
    return new TranslationOptions(
        strict, defaultMaxTokens, held, signatures, createdSeconds, inputEstimate);
  }
}
