package potluck.kit.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import potluck.kit.Received;

/** All doors of the fake. Stateless. */
public final class Doors {
  private static final List<Door> ALL =
      List.of(
          new ChatDoor(),
          new MessagesDoor(),
          new GeminiDoor(),
          new ResponsesDoor(),
          new ModelsDoor(),
          new EmbeddingsDoor(),
          new GeminiEmbedDoor());

  private Doors() {}

  /** The door that serves this request; one that answers 404 when there is none. */
  public static Door find(Received request) {
    return ALL.stream().filter(door -> door.serves(request)).findFirst().orElseGet(NoDoor::new);
  }

  /** The body as JSON; a missing node when there is none. */
  public static JsonNode body(Received request) throws JsonProcessingException {
    if (request.body().length == 0) return MissingNode.getInstance();
    return Json.parse(new String(request.body(), StandardCharsets.UTF_8));
  }

  private record NoDoor() implements Door {
    @Override
    public boolean serves(Received request) {
      return true;
    }

    @Override
    public String model(Received request, JsonNode body) {
      return "";
    }

    @Override
    public Reply answer(Received request, JsonNode body, Script script) {
      return error(404, "Invalid URL (" + request.method() + " " + request.path() + ")");
    }

    @Override
    public Reply.Whole error(int status, String message) {
      return new ChatDoor().error(status, message);
    }
  }
}
