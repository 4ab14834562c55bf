package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;
import potluck.kit.ReceivedRequest;

/** OpenAI's chat completions. */
final class ChatEndpoint implements ProviderEndpoint {
  private static final String ID = "chatcmpl-fake0001";

  @Override
  public boolean serves(ReceivedRequest request) {
    return request.method().equals("POST") && request.path().endsWith("/chat/completions");
  }

  @Override
  public String model(ReceivedRequest request, JsonNode body) {
    return body.path("model").asText();
  }

  @Override
  public FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException {
    ChatRules.checkKey(request);
    ChatRules.check(body);
    FakeAnswer answer = script.answer().orElseGet(() -> defaultAnswer(body).answer());
    String model = body.path("model").asText();
    if (!body.path("stream").asBoolean()) {
      return FakeReply.Complete.ok(complete(model, answer, script));
    }
    boolean usage = body.path("stream_options").path("include_usage").asBoolean();
    return new ChatStream(ID, model, script).events(answer, usage);
  }

  private static DefaultAnswer defaultAnswer(JsonNode body) {
    JsonNode messages = body.path("messages");
    String last = messages.path(messages.size() - 1).path("role").asText();
    List<String> tools = new ArrayList<>();
    boolean mayCall = !last.equals("tool") && !body.path("tool_choice").asText().equals("none");
    String only = body.path("tool_choice").path("function").path("name").asText();
    for (JsonNode tool : body.path("tools")) {
      String name = tool.path("function").path("name").asText();
      if (mayCall && (only.isEmpty() || only.equals(name))) {
        tools.add(name);
      }
    }
    String effort = body.path("reasoning_effort").asText("none");
    boolean parallel = body.path("parallel_tool_calls").asBoolean(true);
    return new DefaultAnswer(
        tools, parallel, !effort.equals("none"), messages.toString().hashCode());
  }

  private static Object complete(String model, FakeAnswer answer, Script script) {
    ObjectNode message = FakeJson.object("role", "assistant", "content", null, "refusal", null);
    if (!answer.joinedText().isEmpty()) {
      message.put("content", answer.joinedText());
    }
    if (!answer.joinedThoughts().isEmpty()) {
      message.put("reasoning_content", answer.joinedThoughts());
    }
    if (script.has(Quirk.EMPTY_ANNOTATIONS)) {
      message.putArray("annotations");
    }
    if (!answer.calls().isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      for (AnswerPart.Call call : answer.calls()) {
        calls.add(FakeJson.object("id", call.id(), "type", "function", "function", function(call)));
      }
    }
    ObjectNode body =
        FakeJson.object(
            "id",
            ID,
            "object",
            "chat.completion",
            "created",
            1_741_569_952,
            "model",
            model,
            "choices",
            FakeJson.array(
                FakeJson.object(
                    "index",
                    0,
                    "message",
                    message,
                    "logprobs",
                    null,
                    "finish_reason",
                    finish(answer, script))),
            "service_tier",
            "default");
    if (!script.has(Quirk.NO_USAGE)) {
      body.set("usage", usage(answer.usage()));
    }
    return body;
  }

  static ObjectNode function(AnswerPart.Call call) {
    return FakeJson.object("name", call.name(), "arguments", call.arguments());
  }

  static String finish(FakeAnswer answer, Script script) {
    return switch (answer.stop()) {
      case END -> "stop";
      case LENGTH -> "length";
      case FILTER -> "content_filter";
      case CALLS -> script.has(Quirk.STOP_ALTHOUGH_CALLS) ? "stop" : "tool_calls";
    };
  }

  static ObjectNode usage(TokenUsage tokens) {
    return FakeJson.object(
        "prompt_tokens", tokens.input(),
        "completion_tokens", tokens.output(),
        "total_tokens", tokens.total(),
        "prompt_tokens_details",
            FakeJson.object(
                "cached_tokens", tokens.cached(), "cache_write_tokens", tokens.cacheWritten()),
        "completion_tokens_details", FakeJson.object("reasoning_tokens", tokens.reasoning()));
  }

  @Override
  public Map<String, String> rateLimitHeaders() {
    return Map.of(
        "x-ratelimit-limit-requests", "60",
        "x-ratelimit-remaining-requests", "59",
        "x-ratelimit-reset-requests", "1s",
        "x-ratelimit-limit-tokens", "150000",
        "x-ratelimit-remaining-tokens", "149984",
        "x-ratelimit-reset-tokens", "6m0s");
  }

  @Override
  public FakeReply.Complete error(int status, String message) {
    String type =
        status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error";
    @Nullable Object code =
        switch (status) {
          case 401 -> "invalid_api_key";
          case 404 -> "model_not_found";
          case 429 -> "rate_limit_exceeded";
          default -> null;
        };
    Object error = ChatRules.openAi(message, type, null, code);
    return new FakeReply.Complete(status, Map.of(), FakeJson.object("error", error).toString());
  }
}
