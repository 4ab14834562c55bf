package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import potluck.dialect.model.Tokens;
import potluck.kit.Received;

/** OpenAI responses, and the count of their input tokens. */
final class ResponsesDoor implements Door {
  static final String ID = "resp_fake0001";

  @Override
  public boolean serves(Received request) {
    return request.method().equals("POST")
        && (request.path().endsWith("/responses") || counts(request));
  }

  private static boolean counts(Received request) {
    return request.path().endsWith("/responses/input_tokens");
  }

  @Override
  public String model(Received request, JsonNode body) {
    return body.path("model").asText();
  }

  @Override
  public Reply answer(Received request, JsonNode body, Script script) throws Refusal {
    ChatRules.checkKey(request);
    ResponsesRules.check(body);
    Said said = script.said().orElseGet(() -> mind(body).speak());
    if (counts(request))
      return Reply.Whole.ok(
          Json.object("object", "response.input_tokens", "input_tokens", said.usage().input()));
    boolean sealed = body.path("include").toString().contains("reasoning.encrypted_content");
    ObjectNode response = response(body.path("model").asText(), said, sealed);
    if (!body.path("stream").asBoolean()) return Reply.Whole.ok(response);
    return new ResponsesStream(response).events();
  }

  private static Mind mind(JsonNode body) {
    JsonNode input = body.path("input");
    String last = input.isArray() ? input.path(input.size() - 1).path("type").asText() : "";
    JsonNode choice = body.path("tool_choice");
    boolean mayCall = !last.equals("function_call_output") && !choice.asText().equals("none");
    List<String> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      String name = tool.path("name").asText();
      boolean function = tool.path("type").asText().equals("function");
      boolean wanted = !choice.has("name") || choice.path("name").asText().equals(name);
      if (mayCall && function && wanted) tools.add(name);
    }
    boolean thinks = !body.path("reasoning").path("effort").asText("none").equals("none");
    boolean parallel = body.path("parallel_tool_calls").asBoolean(true);
    return new Mind(tools, parallel, thinks, input.toString().hashCode());
  }

  private static ObjectNode response(String model, Said said, boolean sealed) {
    ArrayNode output = Json.array();
    for (Part part : said.parts()) output.add(item(part, output.size(), sealed));
    String incomplete =
        switch (said.stop()) {
          case LENGTH -> "max_output_tokens";
          case FILTER -> "content_filter";
          case END, CALLS -> "";
        };
    ObjectNode response =
        Json.object(
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
            incomplete.isEmpty() ? null : Json.object("reason", incomplete),
            "model",
            model,
            "output",
            output,
            "parallel_tool_calls",
            true,
            "store",
            false);
    response.set("usage", usage(said.usage()));
    return response;
  }

  private static ObjectNode item(Part part, int index, boolean sealed) {
    return switch (part) {
      case Part.Thinking(String text) -> {
        Object summary = Json.array(Json.object("type", "summary_text", "text", text));
        ObjectNode item = Json.object("id", "rs_" + index, "type", "reasoning", "summary", summary);
        if (sealed) item.put("encrypted_content", Signature.of("openai", text));
        yield item;
      }
      case Part.Text(String text) -> {
        Object content =
            Json.object("type", "output_text", "text", text, "annotations", Json.array());
        yield Json.object(
            "id",
            "msg_" + index,
            "type",
            "message",
            "status",
            "completed",
            "role",
            "assistant",
            "content",
            Json.array(content));
      }
      case Part.Call(String id, String name, String arguments) ->
          Json.object(
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

  private static ObjectNode usage(Tokens tokens) {
    return Json.object(
        "input_tokens", tokens.input(),
        "input_tokens_details",
            Json.object("cached_tokens", tokens.cached(), "cache_write_tokens", tokens.written()),
        "output_tokens", tokens.output(),
        "output_tokens_details", Json.object("reasoning_tokens", tokens.reasoning()),
        "total_tokens", tokens.total());
  }

  @Override
  public Map<String, String> limits() {
    return Map.of(
        "x-ratelimit-limit-requests", "60",
        "x-ratelimit-remaining-requests", "59",
        "x-ratelimit-reset-requests", "1s",
        "x-ratelimit-limit-tokens", "150000",
        "x-ratelimit-remaining-tokens", "149984",
        "x-ratelimit-reset-tokens", "6m0s");
  }

  @Override
  public Reply.Whole error(int status, String message) {
    return new ChatDoor().error(status, message);
  }
}
