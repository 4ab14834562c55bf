package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;
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
  private boolean inputCounted;
  private boolean outputCounted;

  /**
   * Merges a {@code usage} object; anything else is ignored.
   *
   * @param atStart whether it is that of {@code message_start}, whose output is a placeholder
   */
  void merge(JsonNode usage, boolean atStart) {
    if (!usage.isObject()) {
      return;
    }
    long fresh = JsonTree.countOrMissing(usage, "input_tokens");
    long read = JsonTree.countOrMissing(usage, "cache_read_input_tokens");
    long written = JsonTree.countOrMissing(usage, "cache_creation_input_tokens");
    boolean misread =
        isInvalid(usage, "input_tokens", fresh)
            || isInvalid(usage, "cache_read_input_tokens", read)
            || isInvalid(usage, "cache_creation_input_tokens", written);
    if (!misread) {
      inputCounted |= fresh >= 0;
      input = later(fresh, input);
      cacheRead = later(read, cacheRead);
      cacheWritten = later(written, cacheWritten);
    }
    long generated = JsonTree.countOrMissing(usage, "output_tokens");
    outputCounted |= generated >= 0 && !atStart;
    output = later(generated, output);
    thinking =
        later(
            JsonTree.countOrMissing(usage.path("output_tokens_details"), "thinking_tokens"),
            thinking);
  }

  /** A counter of null is omitted; anything else that is no count makes the sum unusable. */
  private static boolean isInvalid(JsonNode usage, String name, long count) {
    return count < 0 && usage.hasNonNull(name);
  }

  /** A counter that becomes zero was omitted, so that the earlier value is kept. */
  private static long later(long value, long before) {
    return value <= 0 ? before : value;
  }

  /** The counts so far. */
  UsageReport report() {
    long all = input + cacheRead + cacheWritten;
    return new UsageReport(
        new TokenUsage(all, cacheRead, cacheWritten, output, thinking),
        inputCounted && all > 0,
        outputCounted && all + output > 0);
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
