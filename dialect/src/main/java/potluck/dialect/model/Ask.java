package potluck.dialect.model;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request that routing and metering need, read in one pass over its bytes. All
 * other fields stay in {@code body}. Immutable; the array is shared and must not be modified.
 *
 * @param body the request as received: strict JSON in valid UTF-8 without duplicate keys
 * @param model the model as the caller named it; empty if the URL names it (Gemini)
 * @param stream whether the caller wants a stream
 * @param usageWanted whether the caller wants usage in its stream; always true if the dialect has
 *     no option for it
 * @param maxTokens maximum answer length in tokens, if the caller gave one
 * @param jsonArray whether the caller wants its stream as one JSON array (Gemini without {@code
 *     alt=sse})
 * @param affinity key of the conversation from the body: {@code prompt_cache_key}, {@code
 *     metadata.user_id} or a hash of the stable prefix; not yet bound to a user. Null if neither
 *     exists.
 */
public record Ask(
    byte[] body,
    String model,
    boolean stream,
    boolean usageWanted,
    OptionalLong maxTokens,
    boolean jsonArray,
    @Nullable String affinity) {

  public Ask(
      byte[] body,
      String model,
      boolean stream,
      boolean usageWanted,
      OptionalLong maxTokens,
      @Nullable String affinity) {
    this(body, model, stream, usageWanted, maxTokens, false, affinity);
  }

  /** The same request with the model and the stream flag from the URL (Gemini). */
  public Ask withModel(String model, boolean stream) {
    return new Ask(body, model, stream, usageWanted, maxTokens, jsonArray, affinity);
  }

  /** The same request, with its stream as one JSON array. */
  public Ask asJsonArray() {
    return new Ask(body, model, stream, usageWanted, maxTokens, true, affinity);
  }
}
