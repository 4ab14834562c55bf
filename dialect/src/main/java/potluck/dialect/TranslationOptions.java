package potluck.dialect;

import java.util.function.ToLongFunction;
import potluck.dialect.model.Prompt;

/**
 * Options of a translation that come from the server and not from the request. Immutable.
 *
 * @param strict whether a request that cannot be translated completely is rejected
 * @param defaultMaxTokens maximum answer length in tokens, if the upstream requires one and the
 *     caller gave none
 * @param bufferStream whether a stream to an Anthropic client is buffered until its usage is known
 * @param signatures stores signatures for clients that do not send them back
 * @param createdSeconds creation time of the answer, in seconds since 1970
 * @param inputEstimate estimates the input tokens that a stream reports first, if the upstream has
 *     not reported them; may block on a token-count request
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

  /** The same options, with stream buffering on or off. */
  public TranslationOptions bufferStream(boolean buffered) {
    return new TranslationOptions(
        strict, defaultMaxTokens, buffered, signatures, createdSeconds, inputEstimate);
  }
}
