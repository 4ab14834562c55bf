package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.wire.JsonTree;

/**
 * Anthropic's usage counters, which arrive in several events: each counter that is present replaces
 * the earlier one. {@code input_tokens} excludes tokens that were read from or written to the
 * cache. For one thread.
 */
final class UsageAccumulator {
  private long input;
  private long cacheRead;
  private long cacheWritten;
  private long output;
  private long thinking;
  private boolean isReported;

  /** Merges a {@code usage} object; anything else is ignored. */
  void merge(JsonNode usage) {
    if (!usage.isObject()) {
      return;
    }
    isReported = true;
    input = laterValue(usage, "input_tokens", input);
    cacheRead = laterValue(usage, "cache_read_input_tokens", cacheRead);
    cacheWritten = laterValue(usage, "cache_creation_input_tokens", cacheWritten);
    output = laterValue(usage, "output_tokens", output);
    thinking = laterValue(usage.path("output_tokens_details"), "thinking_tokens", thinking);
  }

  /** A counter that becomes zero was omitted, so that the earlier value is kept. */
  private static long laterValue(JsonNode usage, String name, long before) {
    long value = Math.min(TokenUsage.MAX_COUNT, JsonTree.count(usage, name));
    return value == 0 ? before : value;
  }

  /** Whether the upstream has reported counts. */
  boolean isReported() {
    return isReported && tokens().total() > 0;
  }

  /** The counts so far. */
  TokenUsage tokens() {
    return new TokenUsage(
        input + cacheRead + cacheWritten, cacheRead, cacheWritten, output, thinking);
  }

  /** Writes a {@code usage} object. */
  static ObjectNode write(TokenUsage tokens) {
    ObjectNode usage = JsonTree.object();
    usage.put("input_tokens", tokens.input() - tokens.cached() - tokens.cacheWritten());
    usage.put("cache_creation_input_tokens", tokens.cacheWritten());
    usage.put("cache_read_input_tokens", tokens.cached());
    usage.put("output_tokens", tokens.output());
    if (tokens.reasoning() > 0) {
      usage.putObject("output_tokens_details").put("thinking_tokens", tokens.reasoning());
    }
    return usage;
  }
}
