package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.wire.JsonTree;

/**
 * Reads and writes Gemini's {@code usageMetadata}, whose candidate tokens exclude thoughts.
 * Stateless.
 */
final class UsageCodec {
  private UsageCodec() {}

  static TokenUsage read(JsonNode usage) {
    long thoughts = Math.min(TokenUsage.MAX_COUNT, JsonTree.count(usage, "thoughtsTokenCount"));
    long prompt = Math.min(TokenUsage.MAX_COUNT, JsonTree.count(usage, "promptTokenCount"));
    long tools = Math.min(TokenUsage.MAX_COUNT, JsonTree.count(usage, "toolUsePromptTokenCount"));
    long candidates = Math.min(TokenUsage.MAX_COUNT, JsonTree.count(usage, "candidatesTokenCount"));
    return new TokenUsage(
        prompt + tools,
        JsonTree.count(usage, "cachedContentTokenCount"),
        0,
        candidates + thoughts,
        thoughts);
  }

  static ObjectNode write(TokenUsage tokens) {
    ObjectNode usage = JsonTree.object();
    usage.put("promptTokenCount", tokens.input());
    usage.put("candidatesTokenCount", tokens.output() - tokens.reasoning());
    usage.put("totalTokenCount", tokens.total());
    if (tokens.cached() > 0) {
      usage.put("cachedContentTokenCount", tokens.cached());
    }
    if (tokens.reasoning() > 0) {
      usage.put("thoughtsTokenCount", tokens.reasoning());
    }
    return usage;
  }
}
