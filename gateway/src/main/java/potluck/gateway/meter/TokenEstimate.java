package potluck.gateway.meter;

import java.util.Set;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.Span;

/**
 * Estimates token counts from bytes, without a tokenizer: four bytes a token, which holds within a
 * factor of two for most languages. Images and documents in a request count for what providers
 * charge for them, not for their size. Reads each byte once. Stateless.
 */
final class TokenEstimate {
  private static final int BYTES_PER_TOKEN = 4;

  /** A chat template adds this to each turn, and to the request. */
  private static final int TOKENS_PER_TURN = 4;

  private static final int TOKENS_PER_REQUEST = 3;

  /** An image of about one megapixel. Source: Anthropic, "Vision"; others charge less. */
  private static final int TOKENS_PER_IMAGE = 1500;

  /** As the estimator of prompts: documents and audio. */
  private static final int BASE64_CHARS_PER_TOKEN = 40;

  /** A form with a file, which is audio or an image. */
  private static final int FORM_BYTES_PER_TOKEN = 100;

  /** Shorter strings are taken for text. */
  private static final int MIN_BASE64_CHARS = 1024;

  /** Members that are no text for the model; their strings are not either. */
  private static final Set<String> PROTOCOL =
      Set.of("role", "type", "model", "id", "tool_call_id", "call_id", "tool_use_id", "mimeType");

  /** Members that are no text for the model, but hold some. */
  private static final Set<String> HOLDERS =
      Set.of(
          "messages",
          "content",
          "contents",
          "parts",
          "text",
          "input",
          "system",
          "instructions",
          "stream",
          "stream_options",
          "include_usage",
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "temperature");

  private TokenEstimate() {}

  /** The tokens of a text; rounded up. */
  static long ofText(long bytes) {
    return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
  }

  /** The tokens that a model reads of a request; at least 1. */
  static long ofRequest(byte[] body) {
    int start = JsonScanner.skipSpace(body, 0, body.length);
    if (start == body.length || body[start] != '{') {
      return Math.max(1, body.length / FORM_BYTES_PER_TOKEN);
    }
    long text = 0;
    long tokens = TOKENS_PER_REQUEST;
    boolean counts = true;
    int i = start;
    while (i < body.length) {
      if (body[i] != '"') {
        i++;
        continue;
      }
      int end = JsonScanner.skipValue(body, i, body.length);
      int after = JsonScanner.skipSpace(body, end, body.length);
      int length = Math.max(0, end - i - 2);
      if (after < body.length && body[after] == ':') {
        boolean turn = Span.equalsAscii(body, i + 1, end - 1, "role");
        tokens += turn ? TOKENS_PER_TURN : 0;
        counts = !isOneOf(PROTOCOL, body, i + 1, end - 1);
        text += counts && !isOneOf(HOLDERS, body, i + 1, end - 1) ? length : 0;
      } else if (length >= MIN_BASE64_CHARS && isBase64(body, i + 1, end - 1)) {
        tokens += ofMedia(body, i + 1, end - 1);
      } else if (counts) {
        text += length;
      }
      i = end;
    }
    return tokens + ofText(text);
  }

  private static boolean isOneOf(Set<String> names, byte[] b, int from, int to) {
    for (String name : names) {
      if (Span.equalsAscii(b, from, to, name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the middle of a string is base64: text of that length has a space. */
  private static boolean isBase64(byte[] b, int from, int to) {
    int middle = from + (to - from) / 2;
    for (int i = middle - MIN_BASE64_CHARS / 4; i < middle + MIN_BASE64_CHARS / 4; i++) {
      byte c = b[i];
      boolean digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!digit && c != '+' && c != '/' && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }

  private static long ofMedia(byte[] b, int from, int to) {
    int data = from;
    for (int i = from; i < Math.min(to, from + 100); i++) {
      data = b[i] == ',' ? i + 1 : data; // After data:image/png;base64,
    }
    boolean image =
        startsWith(b, data, "iVBOR") // PNG
            || startsWith(b, data, "/9j/") // JPEG
            || startsWith(b, data, "R0lGOD") // GIF
            || startsWith(b, data, "UklGR"); // WebP
    return image ? TOKENS_PER_IMAGE : (to - data) / BASE64_CHARS_PER_TOKEN;
  }

  private static boolean startsWith(byte[] b, int from, String ascii) {
    return Span.equalsAscii(b, from, from + ascii.length(), ascii);
  }
}
