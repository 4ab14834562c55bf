package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.wire.JsonTree;

/**
 * Reads and writes the {@code usage} of a response, whose input includes cached tokens. Stateless.
 */
final class UsageCodec {
  private UsageCodec() {}

  static TokenUsage read(JsonNode usage) {
    JsonNode in = usage.path("input_tokens_details");
    JsonNode out = usage.path("output_tokens_details");
    return new TokenUsage(
        JsonTree.count(usage, "input_tokens"),
        JsonTree.count(in, "cached_tokens"),
        JsonTree.count(in, "cache_write_tokens"),
        JsonTree.count(usage, "output_tokens"),
        JsonTree.count(out, "reasoning_tokens"));
  }

  static ObjectNode write(TokenUsage tokens) {
    ObjectNode usage = JsonTree.object();
    usage.put("input_tokens", tokens.input());
    ObjectNode in = usage.putObject("input_tokens_details");
    in.put("cached_tokens", tokens.cached());
    if (tokens.cacheWritten() > 0) {
      in.put("cache_write_tokens", tokens.cacheWritten());
    }
    usage.put("output_tokens", tokens.output());
    usage.putObject("output_tokens_details").put("reasoning_tokens", tokens.reasoning());
    usage.put("total_tokens", tokens.total());
    return usage;
  }
}
