package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;
import potluck.dialect.wire.JsonTree;

/**
 * Reads and writes the {@code usage} of a response, whose input includes cached tokens. Stateless.
 */
final class UsageCodec {
  private UsageCodec() {}

  static UsageReport read(JsonNode usage) {
    JsonNode in = usage.path("input_tokens_details");
    JsonNode out = usage.path("output_tokens_details");
    return UsageReport.of(
        JsonTree.countOrMissing(usage, "input_tokens"),
        JsonTree.countOrMissing(in, "cached_tokens"),
        JsonTree.countOrMissing(in, "cache_write_tokens"),
        JsonTree.countOrMissing(usage, "output_tokens"),
        JsonTree.countOrMissing(out, "reasoning_tokens"));
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
