package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import potluck.dialect.wire.Tree;

/** Writes frames of a stream. */
public record Frames(ByteArrayOutputStream out) {
  public void data(JsonNode data) {
    raw("data: ");
    out.writeBytes(Tree.bytes(data));
    raw("\n\n");
  }

  public void event(String name, JsonNode data) {
    raw("event: " + name + "\n");
    data(data);
  }

  /** Writes ASCII text as it is. */
  public void raw(String text) {
    out.writeBytes(text.getBytes(US_ASCII));
  }
}
