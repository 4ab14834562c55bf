package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.GenerationSettings;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;

/**
 * Adapts a request to the generation of the model that receives it, and removes thoughts that
 * another model made. Clients choose fields by the model's name, and behind an alias they guess;
 * models reject fields that they do not know. All other fields stay unchanged. Source: Anthropic,
 * "Extended thinking" and "Adaptive thinking".
 */
final class ModelAdapter {
  private final Set<String> quirks;

  private ModelAdapter(Set<String> quirks) {
    this.quirks = quirks;
  }

  /** Returns the argument itself if nothing must change; this check builds no tree. */
  static byte[] adapt(byte[] body, Ask ask, Set<String> quirks) {
    ModelAdapter adapter = new ModelAdapter(quirks);
    boolean foreign = ThoughtSignature.containsPacked(body);
    if (!foreign && (quirks.isEmpty() || !adapter.needsChange(body))) {
      return body;
    }
    ObjectNode root = (ObjectNode) JsonTree.read(body);
    adapter.messages(root);
    adapter.thinking(root, ask);
    return JsonTree.bytes(root);
  }

  private boolean needsChange(byte[] body) {
    Span all = new Span(0, body.length);
    @Nullable Span type = JsonScanner.find(body, JsonScanner.find(body, all, "thinking"), "type");
    boolean thinkingDiffers =
        type != null
            && ((type.equalsAscii(body, "\"adaptive\"") && quirks.contains("thinking-budget"))
                || (type.equalsAscii(body, "\"enabled\"") && quirks.contains("thinking-adaptive")));
    return thinkingDiffers
        || (quirks.contains("thinking-budget")
            && JsonScanner.find(body, JsonScanner.find(body, all, "output_config"), "effort")
                != null)
        || (quirks.contains("no-system-turns")
            && hasSystemTurns(body, JsonScanner.find(body, all, "messages")));
  }

  private static boolean hasSystemTurns(byte[] body, @Nullable Span messages) {
    if (messages == null || body[messages.from()] != '[') {
      return false;
    }
    int i = JsonScanner.skipSpace(body, messages.from() + 1, messages.to());
    while (i < messages.to() && body[i] == '{') {
      int end = JsonScanner.skipValue(body, i, messages.to());
      Span role = JsonScanner.find(body, i, end, "role");
      if (role != null && role.equalsAscii(body, "\"system\"")) {
        return true;
      }
      i = JsonScanner.skipSpace(body, end, messages.to());
      i =
          i < messages.to() && body[i] == ','
              ? JsonScanner.skipSpace(body, i + 1, messages.to())
              : i;
    }
    return false;
  }

  private void messages(ObjectNode root) {
    ArrayNode adapted = JsonTree.array();
    for (JsonNode message : root.path("messages")) {
      if (message.path("content").isArray()) {
        ArrayNode content = (ArrayNode) message.get("content");
        content.removeIf(
            block -> ThoughtSignature.isPacked(JsonTree.textOrEmpty(block, "signature")));
        if (content.isEmpty()) {
          continue;
        }
      }
      boolean system = JsonTree.textOrEmpty(message, "role").equals("system");
      adapted.add(system && quirks.contains("no-system-turns") ? asReminder(message) : message);
    }
    if (root.path("messages").isArray()) {
      root.set("messages", adapted);
    }
  }

  /**
   * Converts a system message to a user message in a frame that models read as system text, because
   * older models accept only the roles user and assistant.
   */
  private static ObjectNode asReminder(JsonNode message) {
    StringBuilder text = new StringBuilder();
    JsonNode content = message.path("content");
    text.append(content.isTextual() ? content.textValue() : "");
    for (JsonNode block : content) {
      text.append(JsonTree.textOrEmpty(block, "text"));
    }
    return JsonTree.object()
        .put("role", "user")
        .put("content", JsonFields.systemReminder(text.toString()));
  }

  private void thinking(ObjectNode root, Ask ask) {
    JsonNode thinking = root.path("thinking");
    String type = JsonTree.textOrEmpty(thinking, "type");
    String effort = JsonTree.textOrEmpty(root.path("output_config"), "effort");
    if (quirks.contains("thinking-budget")) {
      if (!effort.isEmpty()) {
        ObjectNode config = (ObjectNode) root.get("output_config");
        config.remove("effort");
        if (config.isEmpty()) {
          root.remove("output_config");
        }
      }
      if (type.equals("adaptive")) {
        String level = effort.isEmpty() ? "medium" : effort;
        long requested = new GenerationSettings.Thinking(level, OptionalLong.empty()).tokens();
        long maxTokens = ask.maxTokens().orElse(Long.MAX_VALUE);
        if (maxTokens > 1024) {
          long budget = Math.max(1024, Math.min(requested, maxTokens - 1));
          root.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        } else {
          root.remove("thinking");
        }
      }
    } else if (quirks.contains("thinking-adaptive") && type.equals("enabled")) {
      long budget = JsonTree.count(thinking, "budget_tokens");
      root.putObject("thinking").put("type", "adaptive");
      if (effort.isEmpty()) {
        root.withObject("/output_config")
            .put("effort", GenerationSettings.Thinking.of(budget).level());
      }
    }
  }
}
