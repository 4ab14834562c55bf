package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.OpenAiErrorObject;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.JsonTree;

/** Reads errors inside a stream, which this dialect puts in three places. Stateless. */
final class StreamErrors {
  private StreamErrors() {}

  /**
   * Classifies an error. {@code response.failed} has it in its response; {@code error} has it at
   * the top level or, in practice, under {@code error}.
   */
  static Failure read(JsonNode event) {
    JsonNode nested = event.path("response").path("error");
    JsonNode error =
        nested.isObject() ? nested : event.path("error").isObject() ? event.path("error") : event;
    ObjectNode root = JsonTree.object();
    ObjectNode flat = root.putObject("error");
    flat.put("message", JsonTree.text(error, "message"));
    flat.put("code", JsonTree.text(error, "code"));
    flat.put("param", JsonTree.text(error, "param"));
    return OpenAiErrorObject.readInBand(root);
  }
}
