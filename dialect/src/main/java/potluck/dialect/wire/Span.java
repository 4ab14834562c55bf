package potluck.dialect.wire;

import java.nio.charset.StandardCharsets;

/**
 * A range of bytes in an array that is known from elsewhere.
 *
 * @param from the first byte
 * @param to one after the last byte
 */
public record Span(int from, int to) {
  public int length() {
    return to - from;
  }

  /** The bytes as text, quotes and escapes included. */
  public String text(byte[] bytes) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** Whether the bytes are exactly this ASCII text. */
  public boolean equalsAscii(byte[] bytes, String ascii) {
    if (ascii.length() != to - from) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[from + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
