package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;
import potluck.dialect.wire.JsonTree;

/** Reads and writes the {@code usage} of chat completions. Stateless. */
final class UsageCodec {
  private UsageCodec() {}

  /**
   * Reads counts. Cached tokens are part of the prompt, and reasoning is part of the completion.
   * Servers that exclude reasoning from the completion (Grok, Gemini's compatible API) are
   * recognized by the total.
   */
  static UsageReport read(JsonNode usage) {
    long prompt = JsonTree.countOrMissing(usage, "prompt_tokens");
    long completion = JsonTree.countOrMissing(usage, "completion_tokens");
    long total = JsonTree.countOrMissing(usage, "total_tokens");
    JsonNode in = usage.path("prompt_tokens_details");
    JsonNode out = usage.path("completion_tokens_details");
    long reasoning = JsonTree.countOrMissing(out, "reasoning_tokens");
    if (reasoning > 0 && prompt > 0 && total > prompt && total - prompt - reasoning == completion) {
      completion = total - prompt;
    }
    return UsageReport.of(
        prompt,
        JsonTree.countOrMissing(in, "cached_tokens"),
        JsonTree.countOrMissing(in, "cache_write_tokens"),
        completion,
        reasoning);
  }

  /** The cost that OpenRouter reports, in micro-USD; -1 if no cost is reported. */
  static long reportedCost(JsonNode usage) {
    JsonNode cost = usage.path("cost");
    double micros = cost.isNumber() ? cost.doubleValue() * 1e6 : -1;
    return micros >= 0 && micros < 1e12 ? Math.round(micros) : -1;
  }

  static ObjectNode write(TokenUsage tokens) {
    ObjectNode usage = JsonTree.object();
    usage.put("prompt_tokens", tokens.input());
    usage.put("completion_tokens", tokens.output());
    usage.put("total_tokens", tokens.total());
    ObjectNode in = usage.putObject("prompt_tokens_details");
    in.put("cached_tokens", tokens.cached());
    if (tokens.cacheWritten() > 0) {
      in.put("cache_write_tokens", tokens.cacheWritten());
    }
    usage.putObject("completion_tokens_details").put("reasoning_tokens", tokens.reasoning());
    return usage;
  }
}
