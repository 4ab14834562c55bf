package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import potluck.dialect.model.TokenUsage;
import potluck.kit.ReceivedRequest;

/** OpenAI's responses and their input token count. */
final class ResponsesEndpoint implements ProviderEndpoint {
  static final String ID = "resp_fake0001";

  @Override
  public boolean serves(ReceivedRequest request) {
    return request.method().equals("POST")
        && (request.path().endsWith("/responses") || counts(request));
  }

  private static boolean counts(ReceivedRequest request) {
    return request.path().endsWith("/responses/input_tokens");
  }

  @Override
  public String model(ReceivedRequest request, JsonNode body) {
    return body.path("model").asText();
  }

  @Override
  public FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException {
    ChatRules.checkKey(request);
    ResponsesRules.check(body);
    FakeAnswer answer = script.answer().orElseGet(() -> defaultAnswer(body).answer());
    if (counts(request)) {
      return FakeReply.Complete.ok(
          FakeJson.object(
              "object", "response.input_tokens", "input_tokens", answer.usage().input()));
    }
    boolean encrypted = body.path("include").toString().contains("reasoning.encrypted_content");
    ObjectNode response = response(body.path("model").asText(), answer, encrypted);
    if (!body.path("stream").asBoolean()) {
      return FakeReply.Complete.ok(response);
    }
    return new ResponsesStream(response).events();
  }

  private static DefaultAnswer defaultAnswer(JsonNode body) {
    JsonNode input = body.path("input");
    String last = input.isArray() ? input.path(input.size() - 1).path("type").asText() : "";
    JsonNode choice = body.path("tool_choice");
    boolean mayCall = !last.equals("function_call_output") && !choice.asText().equals("none");
    List<String> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      String name = tool.path("name").asText();
      boolean function = tool.path("type").asText().equals("function");
      boolean allowed = !choice.has("name") || choice.path("name").asText().equals(name);
      if (mayCall && function && allowed) {
        tools.add(name);
      }
    }
    boolean thinks = !body.path("reasoning").path("effort").asText("none").equals("none");
    boolean parallel = body.path("parallel_tool_calls").asBoolean(true);
    return new DefaultAnswer(tools, parallel, thinks, input.toString().hashCode());
  }

  private static ObjectNode response(String model, FakeAnswer answer, boolean encrypted) {
    ArrayNode output = FakeJson.array();
    for (AnswerPart part : answer.parts()) {
      output.add(item(part, output.size(), encrypted));
    }
    String incomplete =
        switch (answer.stop()) {
          case LENGTH -> "max_output_tokens";
          case FILTER -> "content_filter";
          case END, CALLS -> "";
        };
    ObjectNode response =
        FakeJson.object(
            "id",
            ID,
            "object",
            "response",
            "created_at",
            1_741_569_952,
            "status",
            incomplete.isEmpty() ? "completed" : "incomplete",
            "error",
            null,
            "incomplete_details",
            incomplete.isEmpty() ? null : FakeJson.object("reason", incomplete),
            "model",
            model,
            "output",
            output,
            "parallel_tool_calls",
            true,
            "store",
            false);
    response.set("usage", usage(answer.usage()));
    return response;
  }

  private static ObjectNode item(AnswerPart part, int index, boolean encrypted) {
    return switch (part) {
      case AnswerPart.Thinking(String text) -> {
        Object summary = FakeJson.array(FakeJson.object("type", "summary_text", "text", text));
        ObjectNode item =
            FakeJson.object("id", "rs_" + index, "type", "reasoning", "summary", summary);
        if (encrypted) {
          item.put("encrypted_content", FakeSignature.of("openai", text));
        }
        yield item;
      }
      case AnswerPart.Text(String text) -> {
        Object content =
            FakeJson.object("type", "output_text", "text", text, "annotations", FakeJson.array());
        yield FakeJson.object(
            "id",
            "msg_" + index,
            "type",
            "message",
            "status",
            "completed",
            "role",
            "assistant",
            "content",
            FakeJson.array(content));
      }
      case AnswerPart.Call(String id, String name, String arguments) ->
          FakeJson.object(
              "id",
              "fc_" + index,
              "type",
              "function_call",
              "status",
              "completed",
              "call_id",
              id,
              "name",
              name,
              "arguments",
              arguments);
    };
  }

  private static ObjectNode usage(TokenUsage tokens) {
    return FakeJson.object(
        "input_tokens", tokens.input(),
        "input_tokens_details",
            FakeJson.object(
                "cached_tokens", tokens.cached(), "cache_write_tokens", tokens.cacheWritten()),
        "output_tokens", tokens.output(),
        "output_tokens_details", FakeJson.object("reasoning_tokens", tokens.reasoning()),
        "total_tokens", tokens.total());
  }

  @Override
  public Map<String, String> rateLimitHeaders() {
    return new ChatEndpoint().rateLimitHeaders();
  }

  @Override
  public FakeReply.Complete error(int status, String message) {
    return new ChatEndpoint().error(status, message);
  }
}
