package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import potluck.kit.ReceivedRequest;

/** Gemini's embedContent and batchEmbedContents. */
final class GeminiEmbeddingsEndpoint implements ProviderEndpoint {
  @Override
  public boolean serves(ReceivedRequest request) {
    return request.path().endsWith(":embedContent") || isBatch(request);
  }

  private static boolean isBatch(ReceivedRequest request) {
    return request.path().endsWith(":batchEmbedContents");
  }

  @Override
  public String model(ReceivedRequest request, JsonNode body) {
    return new GeminiEndpoint().model(request, body);
  }

  @Override
  public FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException {
    GeminiRules.checkKey(request);
    if (!isBatch(request)) {
      return FakeReply.Complete.ok(FakeJson.object("embedding", embedding(body)));
    }
    ArrayNode all = FakeJson.array();
    for (JsonNode one : body.path("requests")) {
      all.add(FakeJson.object("values", values(one)));
    }
    if (all.isEmpty()) {
      throw GeminiRules.bad("* BatchEmbedContentsRequest.requests: is empty");
    }
    return FakeReply.Complete.ok(FakeJson.object("embeddings", all));
  }

  private static Object embedding(JsonNode body) throws RejectedRequestException {
    if (body.path("content").path("parts").isEmpty()) {
      throw GeminiRules.bad("* EmbedContentRequest.content: contents is not specified");
    }
    return FakeJson.object("values", values(body));
  }

  private static float[] values(JsonNode one) {
    return EmbeddingsEndpoint.vector(
        one.path("content").path("parts").path(0).path("text").asText());
  }

  @Override
  public FakeReply.Complete error(int status, String message) {
    return new GeminiEndpoint().error(status, message);
  }
}
