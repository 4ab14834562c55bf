package potluck.gateway.relay;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.gateway.key.Caller;

/**
 * A request to a model, as it came in. It knows nothing of the server that took it. Immutable.
 *
 * @param requestId ours, unique
 * @param clientRequestId the caller's own name for it
 * @param dialect what the caller speaks
 * @param endpoint the path that was called
 * @param model the model where the path names it (Gemini); null where the body does
 * @param stream whether the path asks for a stream; null where the body does
 * @param jsonArray whether a stream is wanted as one JSON array (Gemini without {@code alt=sse})
 * @param strict whether a request that cannot be carried whole is to be refused
 * @param bufferStream whether a stream is to be held back until its usage is known
 * @param waitForTokenCount whether a stream's first event should wait a moment for the upstream's
 *     counter
 * @param explain whether the answer is to say why its account was chosen
 * @param maxCostMicros what the caller is ready to pay at most, in micro-USD; null where that is
 *     not said
 * @param passthrough where it goes below an account's base URL, for what only an upstream of the
 *     same dialect can do (embeddings, images, audio); null for a conversation, which can be
 *     translated
 * @param headers what goes along to an upstream of the same dialect, by lower-case name
 * @param trace {@code traceparent} and {@code tracestate} as the caller sent them
 * @param clientApp what the caller calls itself
 * @param channel the origin's label for what it goes through, shown in its row; decides nothing
 */
public record Call(
    UUID requestId,
    @Nullable String clientRequestId,
    Caller caller,
    Dialect dialect,
    String endpoint,
    String method,
    @Nullable String model,
    @Nullable Boolean stream,
    boolean jsonArray,
    boolean strict,
    boolean bufferStream,
    boolean waitForTokenCount,
    boolean explain,
    @Nullable Long maxCostMicros,
    @Nullable Passthrough passthrough,
    Map<String, String> headers,
    Map<String, String> trace,
    @Nullable String clientApp,
    @Nullable String channel,
    byte[] body) {

  /**
   * What is passed through and never translated.
   *
   * @param path below the base URL
   * @param contentType of the body
   */
  public record Passthrough(String path, String contentType) {}
}
