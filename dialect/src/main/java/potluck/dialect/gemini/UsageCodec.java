package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;
import potluck.dialect.wire.JsonTree;

/**
 * Reads and writes Gemini's {@code usageMetadata}, whose candidate tokens exclude thoughts.
 * Stateless.
 */
final class UsageCodec {
  private UsageCodec() {}

  /** Reads counts. Gemini omits those that are zero. */
  static UsageReport read(JsonNode usage) {
    long prompt = JsonTree.countOrMissing(usage, "promptTokenCount");
    long tools = JsonTree.countOrMissing(usage, "toolUsePromptTokenCount");
    long thoughts = JsonTree.countOrMissing(usage, "thoughtsTokenCount");
    long candidates = JsonTree.countOrMissing(usage, "candidatesTokenCount");
    if (candidates < 0 && thoughts > 0 && !usage.has("candidatesTokenCount")) {
      candidates = 0;
    }
    return UsageReport.of(
        prompt < 0 ? prompt : prompt + Math.max(0, tools),
        JsonTree.countOrMissing(usage, "cachedContentTokenCount"),
        0,
        candidates < 0 ? candidates : candidates + Math.max(0, thoughts),
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
