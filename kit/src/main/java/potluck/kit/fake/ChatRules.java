package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.kit.ReceivedRequest;

/** What OpenAI's chat completions reject, in the order of its reference. Stateless. */
final class ChatRules {
  private static final Set<String> KNOWN =
      Set.of(
          "model",
          "messages",
          "audio",
          "frequency_penalty",
          "function_call",
          "functions",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "metadata",
          "modalities",
          "n",
          "parallel_tool_calls",
          "prediction",
          "presence_penalty",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning_effort",
          "response_format",
          "safety_identifier",
          "seed",
          "service_tier",
          "stop",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "user",
          "verbosity",
          "web_search_options");
  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");
  private static final Set<String> PARTS =
      Set.of("text", "image_url", "input_audio", "file", "refusal");
  private static final Set<String> PART_FIELDS =
      Set.of("type", "text", "image_url", "input_audio", "file", "refusal");

  private ChatRules() {}

  static void checkKey(ReceivedRequest request) throws RejectedRequestException {
    String header = request.header("authorization").orElse("");
    if (header.isEmpty()) {
      throw key("You didn't provide an API key.");
    }
    if (!header.startsWith("Bearer ") || header.startsWith("Bearer wrong")) {
      throw key(
          "Incorrect API key provided: " + header.substring(0, Math.min(12, header.length())));
    }
  }

  private static RejectedRequestException key(String message) {
    return new RejectedRequestException(
        401,
        FakeJson.object("error", openAi(message, "invalid_request_error", null, "invalid_api_key"))
            .toString());
  }

  static Object openAi(String message, String type, @Nullable Object param, @Nullable Object code) {
    return FakeJson.object("message", message, "type", type, "param", param, "code", code);
  }

  static RejectedRequestException bad(
      String message, @Nullable String param, @Nullable String code) {
    Object error = openAi(message, "invalid_request_error", param, code);
    return new RejectedRequestException(400, FakeJson.object("error", error).toString());
  }

  static void check(JsonNode body) throws RejectedRequestException {
    for (String name : FakeJson.names(body)) {
      if (!KNOWN.contains(name)) {
        throw bad("Unrecognized request argument supplied: " + name, null, null);
      }
    }
    String model = body.path("model").asText();
    if (model.isEmpty()) {
      throw bad("you must provide a model parameter", null, null);
    }
    if (!body.path("messages").isArray() || body.path("messages").isEmpty()) {
      throw bad("Invalid 'messages': empty array.", "messages", "empty_array");
    }
    if (model.matches("(o\\d|gpt-5).*") && body.has("max_tokens")) {
      throw bad(
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
              + " 'max_completion_tokens' instead.",
          "max_tokens",
          "unsupported_parameter");
    }
    range(body, "temperature", 2);
    range(body, "top_p", 1);
    if (body.path("stop").size() > 4) {
      throw bad("Invalid 'stop': array too long.", "stop", "array_above_max_length");
    }
    if (body.has("stream_options") && !body.path("stream").asBoolean()) {
      throw bad(
          "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
          "stream_options",
          null);
    }
    tools(body);
    messages(body.path("messages"));
  }

  private static void range(JsonNode body, String name, double max)
      throws RejectedRequestException {
    JsonNode value = body.path(name);
    if (value.isNumber() && (value.asDouble() < 0 || value.asDouble() > max)) {
      throw bad("Invalid '" + name + "': decimal out of range.", name, "decimal_above_max_value");
    }
  }

  private static void tools(JsonNode body) throws RejectedRequestException {
    boolean none = body.path("tools").isEmpty();
    if (none && body.hasNonNull("tool_choice")) {
      throw bad("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice", null);
    }
    for (JsonNode tool : body.path("tools")) {
      String name = tool.path("function").path("name").asText();
      if (!tool.path("type").asText().equals("function")) {
        throw bad(
            "Invalid value: '" + tool.path("type").asText() + "'.",
            "tools[0].type",
            "invalid_value");
      }
      if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
        throw bad(
            "Invalid 'tools[0].function.name': string does not match pattern.",
            "tools[0].function.name",
            "invalid_value");
      }
    }
  }

  private static void messages(JsonNode messages) throws RejectedRequestException {
    Set<String> open = new HashSet<>();
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      if (!ROLES.contains(role)) {
        throw bad("Invalid value: '" + role + "'.", "messages.role", "invalid_value");
      }
      if (role.equals("tool")) {
        if (!open.remove(message.path("tool_call_id").asText())) {
          throw bad(
              "Invalid parameter: messages with role 'tool' must be a response to a preceeding"
                  + " message with 'tool_calls'.",
              "messages",
              null);
        }
      } else if (!open.isEmpty()) {
        throw unanswered(open);
      }
      content(role, message);
      for (JsonNode call : message.path("tool_calls")) {
        open.add(call.path("id").asText());
      }
    }
    if (!open.isEmpty()) {
      throw unanswered(open);
    }
  }

  private static RejectedRequestException unanswered(Set<String> open) {
    return bad(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to"
            + " each 'tool_call_id'. The following tool_call_ids did not have response messages: "
            + String.join(", ", open),
        "messages",
        null);
  }

  private static void content(String role, JsonNode message) throws RejectedRequestException {
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      return;
    }
    boolean callsInstead =
        role.equals("assistant") && !content.isArray() && message.has("tool_calls");
    if (callsInstead) {
      return;
    }
    if (!content.isArray()) {
      throw bad(
          "Invalid value for 'content': expected a string, got null.", "messages.content", null);
    }
    for (JsonNode part : content) {
      String type = part.path("type").asText();
      if (!PARTS.contains(type)) {
        throw bad("Invalid value: '" + type + "'.", "messages.content.type", "invalid_value");
      }
      if (role.equals("tool") && !type.equals("text")) {
        throw bad(
            "Invalid value: '" + type + "'. Supported values are: 'text'.",
            "messages.content.type",
            "invalid_value");
      }
      for (String field : FakeJson.names(part)) {
        if (!PART_FIELDS.contains(field)) {
          throw bad(
              "Unknown parameter: 'messages.content." + field + "'.",
              "messages.content." + field,
              "unknown_parameter");
        }
      }
    }
  }
}
