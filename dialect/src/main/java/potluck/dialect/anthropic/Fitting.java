package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Settings;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Tree;

/**
 * Fits a request to a model of this dialect that is older or newer than its client believes, or
 * that did not make the thoughts in it. Clients shape their requests by the model's name, and
 * behind an alias they guess; models refuse what they do not know. Everything else stays as it
 * came. Source: Anthropic, "Extended thinking" and "Adaptive thinking".
 */
final class Fitting {
  private final Set<String> quirks;

  private Fitting(Set<String> quirks) {
    this.quirks = quirks;
  }

  /** The same array where nothing has to change, which is seen without building a tree. */
  static byte[] fit(byte[] body, Ask ask, Set<String> quirks) {
    Fitting fitting = new Fitting(quirks);
    boolean foreign = Seal.packedIn(body);
    if (!foreign && (quirks.isEmpty() || !fitting.misfits(body))) {
      return body;
    }
    ObjectNode root = (ObjectNode) Tree.read(body);
    fitting.messages(root);
    fitting.thinking(root, ask);
    return Tree.bytes(root);
  }

  private boolean misfits(byte[] body) {
    Span all = new Span(0, body.length);
    @Nullable Span type = Peek.find(body, Peek.find(body, all, "thinking"), "type");
    boolean wrong =
        type != null
            && ((type.is(body, "\"adaptive\"") && quirks.contains("thinking-budget"))
                || (type.is(body, "\"enabled\"") && quirks.contains("thinking-adaptive")));
    return wrong
        || (quirks.contains("thinking-budget")
            && Peek.find(body, Peek.find(body, all, "output_config"), "effort") != null)
        || (quirks.contains("no-system-turns")
            && systemTurns(body, Peek.find(body, all, "messages")));
  }

  private static boolean systemTurns(byte[] body, @Nullable Span messages) {
    if (messages == null || body[messages.from()] != '[') {
      return false;
    }
    int i = Peek.space(body, messages.from() + 1, messages.to());
    while (i < messages.to() && body[i] == '{') {
      int end = Peek.skip(body, i, messages.to());
      Span role = Peek.find(body, i, end, "role");
      if (role != null && role.is(body, "\"system\"")) {
        return true;
      }
      i = Peek.space(body, end, messages.to());
      i = i < messages.to() && body[i] == ',' ? Peek.space(body, i + 1, messages.to()) : i;
    }
    return false;
  }

  private void messages(ObjectNode root) {
    ArrayNode kept = Tree.array();
    for (JsonNode message : root.path("messages")) {
      if (message.path("content").isArray()) {
        ArrayNode content = (ArrayNode) message.get("content");
        content.removeIf(block -> Seal.isPacked(Tree.textOrEmpty(block, "signature")));
        if (content.isEmpty()) {
          continue;
        }
      }
      boolean system = Tree.textOrEmpty(message, "role").equals("system");
      kept.add(system && quirks.contains("no-system-turns") ? reminder(message) : message);
    }
    if (root.path("messages").isArray()) {
      root.set("messages", kept);
    }
  }

  /** Older models know the user and themselves only; a framed text is what they read as system. */
  private static ObjectNode reminder(JsonNode message) {
    StringBuilder text = new StringBuilder();
    JsonNode content = message.path("content");
    text.append(content.isTextual() ? content.textValue() : "");
    for (JsonNode block : content) {
      text.append(Tree.textOrEmpty(block, "text"));
    }
    return Tree.object()
        .put("role", "user")
        .put("content", "<system-reminder>\n" + text + "\n</system-reminder>");
  }

  private void thinking(ObjectNode root, Ask ask) {
    JsonNode thinking = root.path("thinking");
    String type = Tree.textOrEmpty(thinking, "type");
    String effort = Tree.textOrEmpty(root.path("output_config"), "effort");
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
        long wanted = new Settings.Thinking(level, OptionalLong.empty()).tokens();
        long most = ask.maxTokens().orElse(Long.MAX_VALUE);
        if (most > 1024) {
          long budget = Math.max(1024, Math.min(wanted, most - 1));
          root.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        } else {
          root.remove("thinking");
        }
      }
    } else if (quirks.contains("thinking-adaptive") && type.equals("enabled")) {
      long budget = Tree.count(thinking, "budget_tokens");
      root.putObject("thinking").put("type", "adaptive");
      if (effort.isEmpty()) {
        root.withObject("/output_config").put("effort", Settings.Thinking.of(budget).level());
      }
    }
  }
}
