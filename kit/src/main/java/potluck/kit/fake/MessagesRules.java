package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import potluck.kit.ReceivedRequest;

/** What Anthropic's messages reject, except for the turns of a conversation. Stateless. */
final class MessagesRules {
  private static final Set<String> KNOWN =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "metadata",
          "stop_sequences",
          "stream",
          "system",
          "temperature",
          "thinking",
          "tool_choice",
          "tools",
          "top_k",
          "top_p",
          "container",
          "service_tier",
          "output_config",
          "output_format",
          "inference_geo",
          "cache_control");

  /** Fields that exist only under a beta, and the text that the beta header must contain. */
  private static final Map<String, String> BETA =
      Map.of(
          "context_management", "context-management",
          "mcp_servers", "mcp-client",
          "thread", "message-threads");

  private MessagesRules() {}

  static RejectedRequestException bad(String message) {
    return new RejectedRequestException(error(400, "invalid_request_error", message));
  }

  static FakeReply.Complete error(int status, String type, String message) {
    Object error = FakeJson.object("type", type, "message", message);
    Object body = FakeJson.object("type", "error", "error", error, "request_id", "req_fake");
    return new FakeReply.Complete(status, Map.of("request-id", "req_fake"), body.toString());
  }

  static void checkHeaders(ReceivedRequest request) throws RejectedRequestException {
    String bearer = request.header("authorization").orElse("").replaceFirst("^Bearer ", "");
    String key = request.header("x-api-key").orElse(bearer);
    if (key.isEmpty()) {
      throw new RejectedRequestException(
          error(401, "authentication_error", "x-api-key header is required"));
    }
    if (key.startsWith("wrong")) {
      throw new RejectedRequestException(error(401, "authentication_error", "invalid x-api-key"));
    }
    if (request.header("anthropic-version").isEmpty()) {
      throw bad("anthropic-version: header is required");
    }
  }

  static void check(ReceivedRequest request, JsonNode body, boolean counting)
      throws RejectedRequestException {
    String betas = request.header("anthropic-beta").orElse("");
    for (String name : FakeJson.names(body)) {
      boolean known = KNOWN.contains(name);
      if (BETA.containsKey(name)) {
        known = betas.contains(BETA.getOrDefault(name, ""));
      }
      if (!known) {
        throw bad(name + ": Extra inputs are not permitted");
      }
    }
    if (body.path("model").asText().isEmpty()) {
      throw bad("model: Field required");
    }
    long maxTokens = body.path("max_tokens").asLong();
    if (!counting && !body.has("max_tokens")) {
      throw bad("max_tokens: Field required");
    }
    if (!counting && maxTokens < 1) {
      throw bad("max_tokens: Input should be greater than or equal to 1");
    }
    double temperature = body.path("temperature").asDouble(1);
    if (temperature < 0 || temperature > 1) {
      throw bad("temperature: range: 0..1");
    }
    thinking(body, maxTokens);
    tools(body);
    system(body.path("system"));
    new MessagesTurnRules(body.path("model").asText()).check(body.path("messages"));
  }

  private static void thinking(JsonNode body, long maxTokens) throws RejectedRequestException {
    JsonNode thinking = body.path("thinking");
    String type = thinking.path("type").asText("disabled");
    if (type.equals("disabled")) {
      return;
    }
    String model = body.path("model").asText();
    boolean adaptiveOnly = model.matches("claude-(opus|sonnet|haiku)-(4-[7-9]|[5-9]).*");
    boolean enabledOnly = model.matches("claude-(opus|sonnet|haiku)-(4-[0-5]|4-2025).*|claude-3.*");
    if (type.equals("enabled") && adaptiveOnly) {
      throw bad("\"thinking.type.enabled\" is not supported for this model. Use \"adaptive\".");
    }
    if (type.equals("adaptive") && enabledOnly) {
      throw bad("thinking: adaptive thinking is not supported on this model");
    }
    long budget = thinking.path("budget_tokens").asLong();
    if (type.equals("enabled") && budget < 1024) {
      throw bad("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
    }
    if (type.equals("enabled") && maxTokens > 0 && budget >= maxTokens) {
      throw bad("`max_tokens` must be greater than `thinking.budget_tokens`.");
    }
    if (body.has("temperature") && body.path("temperature").asDouble() != 1) {
      throw bad("`temperature` may only be set to 1 when thinking is enabled.");
    }
    if (Set.of("any", "tool").contains(body.path("tool_choice").path("type").asText())) {
      throw bad("Thinking may not be enabled when tool_choice forces tool use.");
    }
  }

  private static void tools(JsonNode body) throws RejectedRequestException {
    for (JsonNode tool : body.path("tools")) {
      boolean custom = tool.path("type").asText("custom").equals("custom");
      if (!custom) {
        continue;
      }
      if (!tool.path("name").asText().matches("[a-zA-Z0-9_-]{1,128}")) {
        throw bad("tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
      }
      if (!tool.path("input_schema").path("type").asText().equals("object")) {
        throw bad("tools.0.custom.input_schema.type: Field required");
      }
    }
    String choice = body.path("tool_choice").path("type").asText("auto");
    if (!Set.of("auto", "any", "tool", "none").contains(choice)) {
      throw bad("tool_choice: Input tag '" + choice + "' does not match any of the expected tags");
    }
    if (body.has("tool_choice") && body.path("tools").isEmpty()) {
      throw bad("tool_choice may only be specified while providing tools");
    }
  }

  private static void system(JsonNode system) throws RejectedRequestException {
    if (system.isMissingNode() || system.isTextual()) {
      return;
    }
    if (!system.isArray()) {
      throw bad("system: Input should be a valid list");
    }
    for (JsonNode block : system) {
      if (!block.path("type").asText().equals("text")) {
        throw bad("system.0.type: Input should be 'text'");
      }
      if (block.path("text").asText().isEmpty()) {
        throw bad("system: text content blocks must be non-empty");
      }
    }
  }
}
