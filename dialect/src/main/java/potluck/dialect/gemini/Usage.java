package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.Tree;

/** Gemini's {@code usageMetadata}: candidates leave the thoughts out. */
final class Usage {
  private Usage() {}

  static Tokens read(JsonNode usage) {
    long thoughts = Math.min(Tokens.MOST, Tree.count(usage, "thoughtsTokenCount"));
    long prompt = Math.min(Tokens.MOST, Tree.count(usage, "promptTokenCount"));
    long tools = Math.min(Tokens.MOST, Tree.count(usage, "toolUsePromptTokenCount"));
    long candidates = Math.min(Tokens.MOST, Tree.count(usage, "candidatesTokenCount"));
    return new Tokens(
        prompt + tools,
        Tree.count(usage, "cachedContentTokenCount"),
        0,
        candidates + thoughts,
        thoughts);
  }

  static ObjectNode write(Tokens tokens) {
    ObjectNode usage = Tree.object();
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
