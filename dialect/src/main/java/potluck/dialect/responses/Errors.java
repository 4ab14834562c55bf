package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.ErrorObject;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.Tree;

/** Failures in mid-stream, which this dialect puts in three places. */
final class Errors {
  private Errors() {}

  /**
   * {@code response.failed} has the error in its response; {@code error} has it flat, or (in
   * practice) under {@code error}.
   */
  static Failure read(JsonNode event) {
    JsonNode nested = event.path("response").path("error");
    JsonNode error =
        nested.isObject() ? nested : event.path("error").isObject() ? event.path("error") : event;
    ObjectNode root = Tree.object();
    ObjectNode flat = root.putObject("error");
    flat.put("message", Tree.text(error, "message"));
    flat.put("code", Tree.text(error, "code"));
    flat.put("param", Tree.text(error, "param"));
    return ErrorObject.inBand(root);
  }
}
