package potluck.kit.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import potluck.kit.ReceivedRequest;

/** All endpoints of the fake upstream. Stateless. */
public final class ProviderEndpoints {
  private static final List<ProviderEndpoint> ALL =
      List.of(
          new ChatEndpoint(),
          new MessagesEndpoint(),
          new GeminiEndpoint(),
          new ResponsesEndpoint(),
          new ModelsEndpoint(),
          new EmbeddingsEndpoint(),
          new GeminiEmbeddingsEndpoint());

  private ProviderEndpoints() {}

  /** The endpoint that serves a request; an endpoint that answers 404 if the path is unknown. */
  public static ProviderEndpoint find(ReceivedRequest request) {
    return ALL.stream()
        .filter(endpoint -> endpoint.serves(request))
        .findFirst()
        .orElseGet(UnknownEndpoint::new);
  }

  /** The body as JSON; a missing node if it is empty. */
  public static JsonNode body(ReceivedRequest request) throws JsonProcessingException {
    if (request.body().length == 0) {
      return MissingNode.getInstance();
    }
    return FakeJson.parse(new String(request.body(), StandardCharsets.UTF_8));
  }

  private record UnknownEndpoint() implements ProviderEndpoint {
    @Override
    public boolean serves(ReceivedRequest request) {
      return true;
    }

    @Override
    public String model(ReceivedRequest request, JsonNode body) {
      return "";
    }

    @Override
    public FakeReply answer(ReceivedRequest request, JsonNode body, Script script) {
      return error(404, "Invalid URL (" + request.method() + " " + request.path() + ")");
    }

    @Override
    public FakeReply.Complete error(int status, String message) {
      return new ChatEndpoint().error(status, message);
    }
  }
}
