package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import potluck.kit.Received;

/** Gemini's embeddings, of one content or of several. */
final class GeminiEmbedDoor implements Door {
  @Override
  public boolean serves(Received request) {
    return request.path().endsWith(":embedContent") || many(request);
  }

  private static boolean many(Received request) {
    return request.path().endsWith(":batchEmbedContents");
  }

  @Override
  public String model(Received request, JsonNode body) {
    return new GeminiDoor().model(request, body);
  }

  @Override
  public Reply answer(Received request, JsonNode body, Script script) throws Refusal {
    GeminiRules.checkKey(request);
    if (!many(request)) return Reply.Whole.ok(Json.object("embedding", embedding(body)));
    ArrayNode all = Json.array();
    for (JsonNode one : body.path("requests")) all.add(Json.object("values", values(one)));
    if (all.isEmpty()) throw GeminiRules.bad("* BatchEmbedContentsRequest.requests: is empty");
    return Reply.Whole.ok(Json.object("embeddings", all));
  }

  private static Object embedding(JsonNode body) throws Refusal {
    if (body.path("content").path("parts").isEmpty())
      throw GeminiRules.bad("* EmbedContentRequest.content: contents is not specified");
    return Json.object("values", values(body));
  }

  private static float[] values(JsonNode one) {
    return EmbeddingsDoor.vector(one.path("content").path("parts").path(0).path("text").asText());
  }

  @Override
  public Reply.Whole error(int status, String message) {
    return new GeminiDoor().error(status, message);
  }
}
