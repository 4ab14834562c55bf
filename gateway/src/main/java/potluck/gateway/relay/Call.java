package potluck.gateway.relay;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.gateway.key.Caller;

/**
 * A request to a model as it arrived, independent of the HTTP server. Immutable.
 *
 * @param requestId our unique id
 * @param clientRequestId the caller's id; null if it gave none
 * @param dialect the dialect that the caller speaks
 * @param endpoint the path that was called
 * @param model the model if the path names it (Gemini); null if the body does
 * @param stream whether the path asks for a stream; null if the body says so
 * @param jsonArray whether a stream is wanted as one JSON array (Gemini without {@code alt=sse})
 * @param strict whether to refuse a request that cannot be translated completely
 * @param bufferStream whether to hold a stream back until its usage is known
 * @param waitForTokenCount whether a stream's first event may wait for the upstream's token count
 * @param explain whether the answer should say why its account was chosen
 * @param maxCostMicros the maximum cost that the caller accepts, in micro-USD; null for no maximum
 * @param passthrough the target below an account's base URL if only an upstream of the same dialect
 *     can serve the request (embeddings, images, audio); null for a conversation, which can be
 *     translated
 * @param headers headers to forward to an upstream of the same dialect, by lower-case name
 * @param trace {@code traceparent} and {@code tracestate} as the caller sent them
 * @param clientApp the name of the caller's application; null if it gave none
 * @param channel AntiHub's channel label, shown in the usage row; without effect
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
   * The target of a request that is passed through and never translated.
   *
   * @param path path below the base URL
   * @param contentType content type of the body
   */
  public record Passthrough(String path, String contentType) {}
}
