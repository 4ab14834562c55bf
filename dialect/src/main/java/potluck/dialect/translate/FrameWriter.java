package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import potluck.dialect.wire.JsonTree;

/** Writes frames of an event stream. */
public record FrameWriter(ByteArrayOutputStream out) {
  /** Writes a frame without an event name. */
  public void data(JsonNode data) {
    raw("data: ");
    out.writeBytes(JsonTree.bytes(data));
    raw("\n\n");
  }

  /** Writes a frame with an event name. */
  public void event(String name, JsonNode data) {
    raw("event: " + name + "\n");
    data(data);
  }

  /** Writes ASCII text unchanged. */
  public void raw(String text) {
    out.writeBytes(text.getBytes(US_ASCII));
  }

  /** Writes bytes unchanged. */
  public void raw(byte[] bytes) {
    out.writeBytes(bytes);
  }

  /** Writes text as a JSON string, with quotes. */
  public void jsonString(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c == 0x7F || Character.isSurrogate(c)) {
        out.writeBytes(JsonTree.bytes(TextNode.valueOf(text)));
        return;
      }
    }
    out.write('"');
    out.writeBytes(text.getBytes(UTF_8));
    out.write('"');
  }
}
