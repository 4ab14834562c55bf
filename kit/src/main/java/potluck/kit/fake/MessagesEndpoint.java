package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import potluck.dialect.model.TokenUsage;
import potluck.kit.ReceivedRequest;

/** Anthropic's messages and their token count. */
final class MessagesEndpoint implements ProviderEndpoint {
  @Override
  public boolean serves(ReceivedRequest request) {
    return request.method().equals("POST")
        && (request.path().endsWith("/messages") || counts(request));
  }

  private static boolean counts(ReceivedRequest request) {
    return request.path().endsWith("/messages/count_tokens");
  }

  @Override
  public String model(ReceivedRequest request, JsonNode body) {
    return body.path("model").asText();
  }

  @Override
  public FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException {
    MessagesRules.checkHeaders(request);
    MessagesRules.check(request, body, counts(request));
    FakeAnswer answer = script.answer().orElseGet(() -> defaultAnswer(body).answer());
    if (counts(request)) {
      return FakeReply.Complete.ok(FakeJson.object("input_tokens", answer.usage().input()));
    }
    boolean omitted = body.path("thinking").path("display").asText().equals("omitted");
    ObjectNode message = message(body.path("model").asText(), answer, omitted);
    if (!body.path("stream").asBoolean()) {
      return FakeReply.Complete.ok(message);
    }
    return new MessagesStream(message).events();
  }

  private static DefaultAnswer defaultAnswer(JsonNode body) {
    JsonNode messages = body.path("messages");
    JsonNode last = messages.path(messages.size() - 1).path("content");
    boolean results = last.isArray() && last.findValuesAsText("type").contains("tool_result");
    JsonNode choice = body.path("tool_choice");
    boolean mayCall = !results && !choice.path("type").asText().equals("none");
    List<String> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      String name = tool.path("name").asText();
      boolean allowed = !choice.has("name") || choice.path("name").asText().equals(name);
      if (mayCall && allowed && tool.has("input_schema")) {
        tools.add(name);
      }
    }
    boolean thinks = !body.path("thinking").path("type").asText("disabled").equals("disabled");
    boolean parallel = !choice.path("disable_parallel_tool_use").asBoolean();
    return new DefaultAnswer(tools, parallel, thinks, messages.toString().hashCode());
  }

  private static ObjectNode message(String model, FakeAnswer answer, boolean omitted) {
    ArrayNode content = FakeJson.array();
    for (AnswerPart part : answer.parts()) {
      content.add(
          switch (part) {
            case AnswerPart.Thinking(String text) -> {
              String visibleText = omitted ? "" : text;
              String signature = FakeSignature.of("anthropic", visibleText);
              yield FakeJson.object(
                  "type", "thinking", "thinking", visibleText, "signature", signature);
            }
            case AnswerPart.Text(String text) -> FakeJson.object("type", "text", "text", text);
            case AnswerPart.Call(String id, String name, String arguments) ->
                FakeJson.object(
                    "type",
                    "tool_use",
                    "id",
                    id.replace("call_", "toolu_"),
                    "name",
                    name,
                    "input",
                    FakeJson.parseTrusted(arguments));
          });
    }
    return FakeJson.object(
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
        stop(answer.stop()),
        "stop_sequence",
        null,
        "usage",
        usage(answer.usage()));
  }

  private static String stop(FakeAnswer.StopReason stop) {
    return switch (stop) {
      case END -> "end_turn";
      case LENGTH -> "max_tokens";
      case FILTER -> "refusal";
      case CALLS -> "tool_use";
    };
  }

  /** The input tokens exclude those that were read from or written to the cache. */
  static ObjectNode usage(TokenUsage tokens) {
    return FakeJson.object(
        "input_tokens", tokens.input() - tokens.cached() - tokens.cacheWritten(),
        "cache_creation_input_tokens", tokens.cacheWritten(),
        "cache_read_input_tokens", tokens.cached(),
        "output_tokens", tokens.output(),
        "output_tokens_details", FakeJson.object("thinking_tokens", tokens.reasoning()),
        "service_tier", "standard");
  }

  @Override
  public Map<String, String> rateLimitHeaders() {
    return Map.of(
        "anthropic-ratelimit-requests-limit", "60",
        "anthropic-ratelimit-requests-remaining", "59",
        "anthropic-ratelimit-requests-reset", "2099-01-01T00:00:00Z",
        "anthropic-ratelimit-tokens-limit", "150000",
        "anthropic-ratelimit-tokens-remaining", "149984");
  }

  @Override
  public FakeReply.Complete error(int status, String message) {
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
