package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What Anthropic rejects in the turns of a conversation: the order of roles, and which blocks a
 * turn may contain. Immutable.
 */
record MessagesTurnRules(String model) {
  private static final Set<String> IMAGES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

  void check(JsonNode messages) throws RejectedRequestException {
    if (!messages.isArray() || messages.isEmpty()) {
      throw bad("messages: at least one message is required");
    }
    if (!messages.get(0).path("role").asText().equals("user")) {
      throw bad("messages: first message must use the \"user\" role");
    }
    Set<String> everUsed = new HashSet<>();
    Set<String> open = new LinkedHashSet<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonNode message = messages.get(i);
      String role = message.path("role").asText();
      checkRole(role, i);
      checkResults(message.path("content"), open, i);
      open = role.equals("assistant") ? calls(message.path("content"), everUsed, i) : Set.of();
      blocks(message.path("content"), role, i);
    }
    if (!open.isEmpty()) {
      throw unanswered(open, messages.size() - 1);
    }
    checkPrefill(messages.get(messages.size() - 1));
  }

  private void checkRole(String role, int at) throws RejectedRequestException {
    if (role.equals("user") || role.equals("assistant")) {
      return;
    }
    boolean systemInside = !model.matches("claude-(3.*|(opus|sonnet|haiku)-4-[0-7].*)");
    if (role.equals("system") && systemInside && at > 0) {
      return;
    }
    throw bad("messages." + at + ".role: Input should be 'user' or 'assistant'");
  }

  /** Tool results must answer exactly the calls of the previous turn, and come first. */
  private static void checkResults(JsonNode content, Set<String> open, int at)
      throws RejectedRequestException {
    Set<String> left = new LinkedHashSet<>(open);
    boolean other = false;
    for (JsonNode block : content.isArray() ? content : FakeJson.array()) {
      if (!block.path("type").asText().equals("tool_result")) {
        other = true;
        continue;
      }
      String id = block.path("tool_use_id").asText();
      if (!left.remove(id)) {
        throw bad(
            "messages."
                + at
                + ".content.0: unexpected `tool_use_id` found in `tool_result` blocks: "
                + id
                + ". Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
      }
      if (other && !open.isEmpty()) {
        throw bad("messages." + at + ": `tool_result` blocks must come first in the content");
      }
    }
    if (!left.isEmpty()) {
      throw unanswered(left, at - 1);
    }
  }

  private static RejectedRequestException unanswered(Set<String> ids, int at) {
    return bad(
        "messages."
            + at
            + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
            + String.join(", ", ids));
  }

  private static Set<String> calls(JsonNode content, Set<String> everUsed, int at)
      throws RejectedRequestException {
    Set<String> calls = new LinkedHashSet<>();
    for (JsonNode block : content.isArray() ? content : FakeJson.array()) {
      if (!block.path("type").asText().equals("tool_use")) {
        continue;
      }
      String id = block.path("id").asText();
      if (!id.matches("[a-zA-Z0-9_-]+")) {
        throw bad(
            "messages."
                + at
                + ".content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
      }
      if (!everUsed.add(id)) {
        throw bad("messages: `tool_use` ids must be unique");
      }
      if (!block.path("input").isObject()) {
        throw bad(
            "messages." + at + ".content.0.tool_use.input: Input should be a valid dictionary");
      }
      calls.add(id);
    }
    return calls;
  }

  private static void blocks(JsonNode content, String role, int at)
      throws RejectedRequestException {
    if (content.isTextual()) {
      if (content.asText().isEmpty() && role.equals("user")) {
        throw bad("messages." + at + ": user messages must have non-empty content");
      }
      return;
    }
    if (!content.isArray()) {
      throw bad("messages." + at + ".content: Input should be a valid list");
    }
    for (JsonNode block : content) {
      block(block, role, at);
    }
  }

  private static void block(JsonNode block, String role, int at) throws RejectedRequestException {
    String path = "messages." + at + ".content: ";
    switch (block.path("type").asText()) {
      case "text" -> {
        if (block.path("text").asText().isEmpty()) {
          throw bad("messages: text content blocks must be non-empty");
        }
      }
      case "image" -> image(block.path("source"), path);
      case "thinking" -> {
        String text = block.path("thinking").asText();
        if (!role.equals("assistant")) {
          throw bad(path + "thinking blocks only in assistant turns");
        }
        if (!block.path("signature").asText().equals(FakeSignature.of("anthropic", text))) {
          throw bad(path + "Invalid `signature` in `thinking` block");
        }
      }
      case "tool_result" -> {
        JsonNode inside = block.path("content");
        for (JsonNode part : inside.isArray() ? inside : FakeJson.array()) {
          block(part, role, at);
        }
      }
      case "tool_use",
          "document",
          "redacted_thinking",
          "search_result",
          "server_tool_use",
          "web_search_tool_result" -> {}
      default ->
          throw bad(
              path
                  + "Input tag '"
                  + block.path("type").asText()
                  + "' found using 'type' does not match any of the expected tags");
    }
  }

  private static void image(JsonNode source, String path) throws RejectedRequestException {
    if (!source.path("type").asText().equals("base64")) {
      return;
    }
    if (!IMAGES.contains(source.path("media_type").asText())) {
      throw bad(
          path
              + "image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'");
    }
    if (source.path("data").asText().startsWith("data:")) {
      throw bad(path + "image.source.base64: invalid base64 data");
    }
  }

  private void checkPrefill(JsonNode last) throws RejectedRequestException {
    if (!last.path("role").asText().equals("assistant")) {
      return;
    }
    JsonNode content = last.path("content");
    String text =
        content.isTextual()
            ? content.asText()
            : content.path(content.size() - 1).path("text").asText();
    if (!text.equals(text.stripTrailing())) {
      throw bad("messages: final assistant content cannot end with trailing whitespace");
    }
    if (model.matches("claude-(opus|sonnet|haiku)-(4-[6-9]|[5-9]).*")) {
      throw bad(
          "This model does not support assistant message prefill. The conversation must end with a user message.");
    }
  }

  private static RejectedRequestException bad(String message) {
    return MessagesRules.bad(message);
  }
}
