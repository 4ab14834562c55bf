package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import potluck.kit.ReceivedRequest;

/** The list of models, in the form that headers and path ask for. */
final class ModelsEndpoint implements ProviderEndpoint {
  private static final List<String> OPENAI =
      List.of("gpt-4.1-mini", "gpt-5", "o4-mini", "text-embedding-3-small");
  private static final List<String> ANTHROPIC = List.of("claude-sonnet-4-5", "claude-opus-4-8");
  private static final List<String> GEMINI = List.of("gemini-2.5-flash", "gemini-3-pro");

  @Override
  public boolean serves(ReceivedRequest request) {
    return request.method().equals("GET")
        && (request.path().endsWith("/models") || !one(request).isEmpty());
  }

  /** The single model that is asked for; empty for the list. */
  private static String one(ReceivedRequest request) {
    int start = request.path().lastIndexOf("/models/");
    return start < 0 ? "" : request.path().substring(start + "/models/".length());
  }

  @Override
  public String model(ReceivedRequest request, JsonNode body) {
    return "";
  }

  @Override
  public FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException {
    if (isGemini(request)) {
      GeminiRules.checkKey(request);
      return oneOf(gemini(), "models", "name", "models/", request);
    }
    if (request.header("anthropic-version").isPresent()) {
      MessagesRules.checkHeaders(request);
      return oneOf(anthropic(), "data", "id", "", request);
    }
    ChatRules.checkKey(request);
    return oneOf(openAi(), "data", "id", "", request);
  }

  /** The complete list, or the model that is asked for. */
  private FakeReply oneOf(
      JsonNode list, String of, String key, String prefix, ReceivedRequest request) {
    String requested = one(request);
    if (requested.isEmpty()) {
      return FakeReply.Complete.ok(list);
    }
    for (JsonNode model : list.path(of)) {
      if (model.path(key).asText().equals(prefix + requested)) {
        return FakeReply.Complete.ok(model);
      }
    }
    return error(404, "The model '" + requested + "' does not exist");
  }

  private static JsonNode openAi() {
    ArrayNode data = FakeJson.array();
    for (String id : OPENAI) {
      data.add(
          FakeJson.object(
              "id", id, "object", "model", "created", 1_741_569_952, "owned_by", "openai"));
    }
    return FakeJson.object("object", "list", "data", data);
  }

  private static boolean isGemini(ReceivedRequest request) {
    return request.path().contains("/v1beta/") && !request.path().contains("/openai/");
  }

  private static JsonNode anthropic() {
    ArrayNode data = FakeJson.array();
    for (String id : ANTHROPIC) {
      data.add(
          FakeJson.object(
              "type", "model", "id", id, "display_name", id, "created_at", "2026-01-01T00:00:00Z"));
    }
    return FakeJson.object(
        "data",
        data,
        "has_more",
        false,
        "first_id",
        ANTHROPIC.getFirst(),
        "last_id",
        ANTHROPIC.getLast());
  }

  private static JsonNode gemini() {
    ArrayNode models = FakeJson.array();
    for (String id : GEMINI) {
      models.add(
          FakeJson.object(
              "name",
              "models/" + id,
              "displayName",
              id,
              "inputTokenLimit",
              1_048_576,
              "outputTokenLimit",
              65_536,
              "supportedGenerationMethods",
              FakeJson.array("generateContent", "countTokens")));
    }
    return FakeJson.object("models", models);
  }

  @Override
  public FakeReply.Complete error(int status, String message) {
    return new ChatEndpoint().error(status, message);
  }
}
