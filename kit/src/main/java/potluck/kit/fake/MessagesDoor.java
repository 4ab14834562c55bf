package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import potluck.dialect.model.Tokens;
import potluck.kit.Received;

/** Anthropic messages, and the count of their tokens. */
final class MessagesDoor implements Door {
  @Override
  public boolean serves(Received request) {
    return request.method().equals("POST")
        && (request.path().endsWith("/messages") || counts(request));
  }

  private static boolean counts(Received request) {
    return request.path().endsWith("/messages/count_tokens");
  }

  @Override
  public String model(Received request, JsonNode body) {
    return body.path("model").asText();
  }

  @Override
  public Reply answer(Received request, JsonNode body, Script script) throws Refusal {
    MessagesRules.checkHeaders(request);
    MessagesRules.check(request, body, counts(request));
    Said said = script.said().orElseGet(() -> mind(body).speak());
    if (counts(request)) return Reply.Whole.ok(Json.object("input_tokens", said.usage().input()));
    boolean omitted = body.path("thinking").path("display").asText().equals("omitted");
    ObjectNode message = message(body.path("model").asText(), said, omitted);
    if (!body.path("stream").asBoolean()) return Reply.Whole.ok(message);
    return new MessagesStream(message).events();
  }

  private static Mind mind(JsonNode body) {
    JsonNode messages = body.path("messages");
    JsonNode last = messages.path(messages.size() - 1).path("content");
    boolean results = last.isArray() && last.findValuesAsText("type").contains("tool_result");
    JsonNode choice = body.path("tool_choice");
    boolean mayCall = !results && !choice.path("type").asText().equals("none");
    List<String> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      String name = tool.path("name").asText();
      boolean wanted = !choice.has("name") || choice.path("name").asText().equals(name);
      if (mayCall && wanted && tool.has("input_schema")) tools.add(name);
    }
    boolean thinks = !body.path("thinking").path("type").asText("disabled").equals("disabled");
    boolean parallel = !choice.path("disable_parallel_tool_use").asBoolean();
    return new Mind(tools, parallel, thinks, messages.toString().hashCode());
  }

  private static ObjectNode message(String model, Said said, boolean omitted) {
    ArrayNode content = Json.array();
    for (Part part : said.parts()) {
      content.add(
          switch (part) {
            case Part.Thinking(String text) -> {
              String shown = omitted ? "" : text;
              String signature = Signature.of("anthropic", shown);
              yield Json.object("type", "thinking", "thinking", shown, "signature", signature);
            }
            case Part.Text(String text) -> Json.object("type", "text", "text", text);
            case Part.Call(String id, String name, String arguments) ->
                Json.object(
                    "type",
                    "tool_use",
                    "id",
                    id.replace("call_", "toolu_"),
                    "name",
                    name,
                    "input",
                    Json.known(arguments));
          });
    }
    return Json.object(
        "id",
        "msg_fake0001",
        "type",
        "message",
        "role",
        "assistant",
        "model",
        model,
        "content",
        content,
        "stop_reason",
        stop(said.stop()),
        "stop_sequence",
        null,
        "usage",
        usage(said.usage()));
  }

  private static String stop(Said.Stop stop) {
    return switch (stop) {
      case END -> "end_turn";
      case LENGTH -> "max_tokens";
      case FILTER -> "refusal";
      case CALLS -> "tool_use";
    };
  }

  /** The input counts leave out what was read from and written to the cache. */
  static ObjectNode usage(Tokens tokens) {
    return Json.object(
        "input_tokens", tokens.input() - tokens.cached() - tokens.written(),
        "cache_creation_input_tokens", tokens.written(),
        "cache_read_input_tokens", tokens.cached(),
        "output_tokens", tokens.output(),
        "output_tokens_details", Json.object("thinking_tokens", tokens.reasoning()),
        "service_tier", "standard");
  }

  @Override
  public Map<String, String> limits() {
    return Map.of(
        "anthropic-ratelimit-requests-limit", "60",
        "anthropic-ratelimit-requests-remaining", "59",
        "anthropic-ratelimit-requests-reset", "2099-01-01T00:00:00Z",
        "anthropic-ratelimit-tokens-limit", "150000",
        "anthropic-ratelimit-tokens-remaining", "149984");
  }

  @Override
  public Reply.Whole error(int status, String message) {
    String type =
        switch (status) {
          case 401 -> "authentication_error";
          case 402 -> "billing_error";
          case 403 -> "permission_error";
          case 404 -> "not_found_error";
          case 413 -> "request_too_large";
          case 429 -> "rate_limit_error";
          case 504 -> "timeout_error";
          case 529 -> "overloaded_error";
          default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    return MessagesRules.error(status, type, message);
  }
}
