package potluck.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * Decodes AWS's binary event stream and writes the server-sent events of Anthropic's dialect. Input
 * may arrive in pieces of any size; both checksums are verified. Used by one thread.
 *
 * <p>Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
final class AwsEventStreamDecoder {
  static final String TYPE = "application/vnd.amazon.eventstream";

  /** Source: the same page, "the total message must not be larger than 24 MB". */
  private static final int MAX_MESSAGE_BYTES = 24 << 20;

  private static final int PRELUDE_BYTES = 12;
  private static final int TRAILER_BYTES = 4;
  private static final int STRING_TYPE = 7;
  private static final int[] VALUE_BYTES = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};
  private static final ObjectMapper JSON = new ObjectMapper();

  private byte[] buffer = new byte[4096];
  private int size;

  /** Takes bytes and writes the events that are complete. */
  void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out)
      throws UpstreamFailed {
    if (size + length > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + length));
    }
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
    int from = 0;
    while (size - from >= PRELUDE_BYTES) {
      ByteBuffer frame = ByteBuffer.wrap(buffer, from, size - from).slice();
      int total = frame.getInt(0);
      int headers = frame.getInt(4);
      if (total < PRELUDE_BYTES + TRAILER_BYTES
          || total > MAX_MESSAGE_BYTES
          || headers < 0
          || headers > total - PRELUDE_BYTES - TRAILER_BYTES
          || checksum(from, PRELUDE_BYTES - 4) != frame.getInt(8)) {
        throw invalid("its prelude is wrong");
      }
      if (size - from < total) {
        break;
      }
      if (checksum(from, total - TRAILER_BYTES) != frame.getInt(total - TRAILER_BYTES)) {
        throw invalid("its checksum is wrong");
      }
      write(
          headers(frame.slice(PRELUDE_BYTES, headers)),
          frame.slice(PRELUDE_BYTES + headers, total - PRELUDE_BYTES - headers - TRAILER_BYTES),
          out);
      from += total;
    }
    System.arraycopy(buffer, from, buffer, 0, size - from);
    size -= from;
  }

  /**
   * @throws UpstreamFailed TRUNCATED if the stream ended inside an event
   */
  void end() throws UpstreamFailed {
    if (size > 0) {
      throw new UpstreamFailed(Kind.TRUNCATED, "the event stream ended within an event");
    }
  }

  private int checksum(int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(buffer, from, length);
    return (int) crc.getValue();
  }

  private static Map<String, String> headers(ByteBuffer in) throws UpstreamFailed {
    Map<String, String> headers = new HashMap<>();
    try {
      while (in.hasRemaining()) {
        byte[] name = new byte[in.get() & 0xff];
        in.get(name);
        int type = in.get();
        if (type < 0 || type >= VALUE_BYTES.length) {
          throw invalid("a header is of an unknown type");
        }
        byte[] value = new byte[VALUE_BYTES[type] < 0 ? in.getShort() & 0xffff : VALUE_BYTES[type]];
        in.get(value);
        if (type == STRING_TYPE) {
          headers.put(new String(name, UTF_8), new String(value, UTF_8));
        }
      }
    } catch (BufferUnderflowException e) {
      throw invalid("its headers are truncated");
    }
    return headers;
  }

  private static void write(
      Map<String, String> headers, ByteBuffer payload, ByteArrayOutputStream out)
      throws UpstreamFailed {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    try {
      JsonNode body = bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
      if ("event".equals(headers.get(":message-type"))) {
        byte[] event = Base64.getDecoder().decode(body.path("bytes").asText());
        event(JSON.readTree(event).path("type").asText(), event, out);
      } else {
        String type = headers.getOrDefault(":exception-type", headers.get(":error-code"));
        event("error", error(String.valueOf(type), headers, body), out);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw invalid("an event is not JSON");
    }
  }

  /** Translates an AWS exception into an error event of the dialect. */
  private static byte[] error(String type, Map<String, String> headers, JsonNode body)
      throws IOException {
    String message = body.path("message").asText(headers.getOrDefault(":error-message", type));
    String kind =
        switch (type) {
          case "throttlingException" -> "rate_limit_error";
          case "validationException" -> "invalid_request_error";
          case "modelTimeoutException", "serviceUnavailableException" -> "overloaded_error";
          default -> "api_error";
        };
    ObjectNode error = JSON.createObjectNode().put("type", "error");
    error.putObject("error").put("type", kind).put("message", message);
    return JSON.writeValueAsBytes(error);
  }

  private static void event(String name, byte[] data, ByteArrayOutputStream out) {
    out.writeBytes(("event: " + name.replaceAll("[^a-z_]", "") + "\ndata: ").getBytes(UTF_8));
    // JSON needs no line breaks, and they would end the event.
    out.writeBytes(new String(data, UTF_8).replace("\n", "").replace("\r", "").getBytes(UTF_8));
    out.writeBytes("\n\n".getBytes(UTF_8));
  }

  private static UpstreamFailed invalid(String why) {
    return new UpstreamFailed(Kind.PROTOCOL, "the event stream is broken: " + why);
  }
}
