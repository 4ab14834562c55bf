package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import potluck.dialect.wire.JsonTree;

/** Writes frames of a stream. */
public record FrameWriter(ByteArrayOutputStream out) {
  public void data(JsonNode data) {
    raw("data: ");
    out.writeBytes(JsonTree.bytes(data));
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

  /** Writes bytes as they are. */
  public void raw(byte[] bytes) {
    out.writeBytes(bytes);
  }

  /** Writes a text as a JSON string, quotes included. */
  public void jsonString(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c == 0x7F || Character.isSurrogate(c)) {
        out.writeBytes(JsonTree.bytes(com.fasterxml.jackson.databind.node.TextNode.valueOf(text)));
        return;
      }
    }
    out.write('"');
    out.writeBytes(text.getBytes(UTF_8));
    out.write('"');
  }
}
