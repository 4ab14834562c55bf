package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Set;
import potluck.kit.ReceivedRequest;

/** OpenAI's embeddings: four numbers per text, the same for equal texts. */
final class EmbeddingsEndpoint implements ProviderEndpoint {
  private static final Set<String> KNOWN =
      Set.of("input", "model", "dimensions", "encoding_format", "user");

  @Override
  public boolean serves(ReceivedRequest request) {
    return request.method().equals("POST") && request.path().endsWith("/embeddings");
  }

  @Override
  public String model(ReceivedRequest request, JsonNode body) {
    return body.path("model").asText();
  }

  @Override
  public FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException {
    ChatRules.checkKey(request);
    for (String name : FakeJson.names(body)) {
      if (!KNOWN.contains(name)) {
        throw ChatRules.bad("Unrecognized request argument supplied: " + name, null, null);
      }
    }
    JsonNode input =
        body.path("input").isArray() ? body.path("input") : FakeJson.array(body.path("input"));
    if (input.isEmpty() || input.get(0).asText().isEmpty()) {
      throw ChatRules.bad("'$.input' is invalid.", "input", null);
    }
    boolean encoded = body.path("encoding_format").asText().equals("base64");
    ArrayNode data = FakeJson.array();
    for (JsonNode text : input) {
      float[] vector = vector(text.asText());
      Object embedding = encoded ? base64(vector) : vector;
      data.add(
          FakeJson.object("object", "embedding", "index", data.size(), "embedding", embedding));
    }
    Object usage = FakeJson.object("prompt_tokens", 8, "total_tokens", 8);
    return FakeReply.Complete.ok(
        FakeJson.object(
            "object", "list", "data", data, "model", body.path("model"), "usage", usage));
  }

  static float[] vector(String text) {
    float[] vector = new float[4];
    for (int i = 0; i < 4; i++) {
      vector[i] = ((text.hashCode() >> (8 * i)) & 0xff) / 256f;
    }
    return vector;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector) {
      bytes.putFloat(value);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  @Override
  public FakeReply.Complete error(int status, String message) {
    return new ChatEndpoint().error(status, message);
  }
}
