package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** What OpenAI's responses reject. Stateless. */
final class ResponsesRules {
  private static final Set<String> KNOWN =
      Set.of(
          "background",
          "context_management",
          "conversation",
          "include",
          "input",
          "instructions",
          "max_output_tokens",
          "max_tool_calls",
          "metadata",
          "model",
          "parallel_tool_calls",
          "previous_response_id",
          "prompt",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning",
          "safety_identifier",
          "service_tier",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "truncation",
          "user");
  private static final Set<String> ITEMS =
      Set.of(
          "message",
          "function_call",
          "function_call_output",
          "reasoning",
          "custom_tool_call",
          "custom_tool_call_output",
          "item_reference",
          "web_search_call",
          "local_shell_call",
          "local_shell_call_output");
  private static final Set<String> PARTS =
      Set.of("input_text", "input_image", "input_file", "output_text", "refusal");

  private ResponsesRules() {}

  static void check(JsonNode body) throws RejectedRequestException {
    for (String name : FakeJson.names(body)) {
      if (!KNOWN.contains(name)) {
        throw ChatRules.bad("Unknown parameter: '" + name + "'.", name, "unknown_parameter");
      }
    }
    if (body.path("model").asText().isEmpty()) {
      throw ChatRules.bad(
          "Missing required parameter: 'model'.", "model", "missing_required_parameter");
    }
    String previous = body.path("previous_response_id").asText("null");
    if (!previous.equals("null") && !previous.equals(ResponsesEndpoint.ID)) {
      throw ChatRules.bad(
          "Previous response with id '" + previous + "' not found.",
          "previous_response_id",
          "previous_response_not_found");
    }
    long maxTokens = body.path("max_output_tokens").asLong(16);
    if (maxTokens < 16) {
      throw ChatRules.bad(
          "Invalid 'max_output_tokens': integer below minimum value.",
          "max_output_tokens",
          "integer_below_min_value");
    }
    for (JsonNode tool : body.path("tools")) {
      boolean function = tool.path("type").asText().equals("function");
      if (function && !tool.path("name").asText().matches("[a-zA-Z0-9_-]{1,64}")) {
        throw ChatRules.bad(
            "Invalid 'tools[0].name': string does not match pattern.",
            "tools[0].name",
            "invalid_value");
      }
    }
    if (body.path("input").isArray()) {
      items(body.path("input"));
    } else if (!body.path("input").isTextual()) {
      throw ChatRules.bad(
          "Missing required parameter: 'input'.", "input", "missing_required_parameter");
    }
  }

  private static void items(JsonNode items) throws RejectedRequestException {
    Set<String> open = new LinkedHashSet<>();
    for (JsonNode item : items) {
      String type = item.path("type").asText("message");
      if (!ITEMS.contains(type)) {
        throw ChatRules.bad("Invalid value: '" + type + "'.", "input[0].type", "invalid_value");
      }
      String call = item.path("call_id").asText();
      switch (type) {
        case "message" -> message(item);
        case "function_call" -> {
          if (call.isEmpty()) {
            throw ChatRules.bad(
                "Missing required parameter: 'input[0].call_id'.",
                "input[0].call_id",
                "missing_required_parameter");
          }
          open.add(call);
        }
        case "function_call_output" -> {
          if (!open.remove(call)) {
            throw ChatRules.bad(
                "No tool call found for function call output with call_id " + call + ".",
                "input",
                null);
          }
        }
        case "reasoning" -> reasoning(item);
        default -> {}
      }
    }
    if (!open.isEmpty()) {
      throw ChatRules.bad(
          "No tool output found for function call " + open.iterator().next() + ".", "input", null);
    }
  }

  private static void message(JsonNode item) throws RejectedRequestException {
    String role = item.path("role").asText();
    if (!Set.of("user", "assistant", "system", "developer").contains(role)) {
      throw ChatRules.bad("Invalid value: '" + role + "'.", "input[0].role", "invalid_value");
    }
    for (JsonNode part : item.path("content")) {
      String type = part.path("type").asText();
      boolean output = type.equals("output_text") || type.equals("refusal");
      if (!PARTS.contains(type) || output != role.equals("assistant")) {
        throw ChatRules.bad(
            "Invalid value: '" + type + "'.", "input[0].content[0]", "invalid_value");
      }
    }
  }

  private static void reasoning(JsonNode item) throws RejectedRequestException {
    if (!item.path("summary").isArray()) {
      throw ChatRules.bad(
          "Missing required parameter: 'input[0].summary'.",
          "input[0].summary",
          "missing_required_parameter");
    }
    String encrypted = item.path("encrypted_content").asText("");
    if (encrypted.isEmpty() || encrypted.equals("null")) {
      return;
    }
    String thought = item.path("summary").path(0).path("text").asText();
    if (!encrypted.equals(FakeSignature.of("openai", thought))) {
      throw ChatRules.bad(
          "The encrypted content could not be verified.", "input", "invalid_encrypted_content");
    }
  }
}
