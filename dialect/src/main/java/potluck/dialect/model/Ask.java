package potluck.dialect.model;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a request body wants, at a glance, from one pass over its bytes. It is not the parsed
 * request: everything that it does not name stays where it was, in {@code body}. Immutable; the
 * array is shared and must not be written to.
 *
 * @param body the request as it came; strict JSON in valid UTF-8 without duplicate keys
 * @param model the model as the caller named it; empty where the address names it (Gemini)
 * @param stream whether the caller wants a stream
 * @param usageWanted whether the caller wants to see usage in its stream (always true where the
 *     dialect has no such switch)
 * @param maxTokens the caller's bound on the answer, in tokens
 * @param jsonArray whether the caller wants its stream as one JSON array (Gemini without {@code
 *     alt=sse})
 * @param affinity what names the conversation, from the body ({@code prompt_cache_key}, {@code
 *     metadata.user_id}, or a hash of the stable prefix); not yet bound to a user
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

  /** The same request where the address, and not the body, names the model (Gemini). */
  public Ask withModel(String model, boolean stream) {
    return new Ask(body, model, stream, usageWanted, maxTokens, jsonArray, affinity);
  }

  /** The same request, its stream wanted as one JSON array. */
  public Ask asJsonArray() {
    return new Ask(body, model, stream, usageWanted, maxTokens, true, affinity);
  }
}
