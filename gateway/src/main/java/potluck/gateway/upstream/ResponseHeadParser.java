package potluck.gateway.upstream;

import java.nio.charset.StandardCharsets;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * Parses the head of a response strictly (RFC 9112): no folded lines, no space before the colon, no
 * control characters. What two programs could read differently is rejected. Stateless.
 */
final class ResponseHeadParser {
  private static final byte[] START = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

  private ResponseHeadParser() {}

  /** Rejects anything but an HTTP/1.x status line before waiting for the rest of the head. */
  static void checkStart(byte[] bytes, int from, int to) throws UpstreamFailed {
    // HTTP/1.1 200 and an optional reason
    if (to - from < 12) {
      throw bad("does not start with a status line");
    }
    for (int i = 0; i < START.length; i++) {
      if (bytes[from + i] != START[i]) {
        throw bad("does not start with HTTP/1.x");
      }
    }
    if (bytes[from + 7] != '0' && bytes[from + 7] != '1') {
      throw bad("has an unknown version");
    }
    if (bytes[from + 8] != ' ') {
      throw bad("has a status line without a status");
    }
    if (to - from > 12 && bytes[from + 12] != ' ') {
      throw bad("has a status of more than 3 digits");
    }
    for (int i = from + 12; i < to; i++) {
      if (!HeaderSyntax.isValueChar(bytes[i] & 0xff)) {
        throw bad("has control characters in its reason");
      }
    }
  }

  /**
   * @param bytes from {@code from} to {@code to}: lines that end in CRLF, the last one empty
   * @param maxHeaders maximum number of header lines
   */
  static ResponseHead parse(byte[] bytes, int from, int to, int maxHeaders) throws UpstreamFailed {
    int end = endOfLine(bytes, from);
    checkStart(bytes, from, end);
    int status = 0;
    for (int i = from + 9; i < from + 12; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw bad("has a status that is not a number");
      }
      status = status * 10 + bytes[i] - '0';
    }
    if (status < 100 || status > 599) {
      throw bad("has a status out of range");
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>(16);
    for (int line = end + 2; ; line = end + 2) {
      end = endOfLine(bytes, line);
      if (end == line) {
        break;
      }
      if (headers.size() == maxHeaders) {
        throw new UpstreamFailed(
            Kind.TOO_LARGE, "an answer with more than " + maxHeaders + " headers");
      }
      headers.add(header(bytes, line, end));
    }
    return new ResponseHead(status, bytes[from + 7] - '0', List.copyOf(headers));
  }

  private static int endOfLine(byte[] bytes, int from) {
    int i = from;
    while (bytes[i] != '\n') {
      i++;
    }
    return i - 1;
  }

  private static Map.Entry<String, String> header(byte[] bytes, int from, int end)
      throws UpstreamFailed {
    int colon = from;
    while (colon < end && HeaderSyntax.isTokenChar(bytes[colon])) {
      colon++;
    }
    if (colon == from || colon == end || bytes[colon] != ':') {
      throw bad("has a malformed header");
    }
    for (int i = colon + 1; i < end; i++) {
      if (!HeaderSyntax.isValueChar(bytes[i] & 0xff)) {
        throw bad("has control characters in a header");
      }
    }
    String name = text(bytes, from, colon).toLowerCase(Locale.ROOT);
    return new SimpleImmutableEntry<>(name, text(bytes, colon + 1, end).strip());
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static UpstreamFailed bad(String what) {
    return new UpstreamFailed(Kind.PROTOCOL, "the response of the upstream " + what);
  }
}
