package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.wire.JsonTree;

/**
 * Anthropic's counters, as they come in several events: each that is present replaces the one
 * before. {@code input_tokens} leaves out what was read from and written to the cache. Used by one
 * thread.
 */
final class UsageAccumulator {
  private long input;
  private long cacheRead;
  private long cacheWritten;
  private long output;
  private long thinking;
  private boolean isReported;

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

  /** A counter that shrinks to nothing is one that somebody left out. */
  private static long laterValue(JsonNode usage, String name, long before) {
    long value = Math.min(TokenUsage.MAX_COUNT, JsonTree.count(usage, name));
    return value == 0 ? before : value;
  }

  boolean isReported() {
    return isReported && tokens().total() > 0;
  }

  TokenUsage tokens() {
    return new TokenUsage(
        input + cacheRead + cacheWritten, cacheRead, cacheWritten, output, thinking);
  }

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
