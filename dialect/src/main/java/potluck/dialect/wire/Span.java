package potluck.dialect.wire;

import java.nio.charset.StandardCharsets;

/**
 * A range of bytes of an array that is passed separately. Immutable.
 *
 * @param from index of the first byte
 * @param to index after the last byte
 */
public record Span(int from, int to) {
  /** Number of bytes. */
  public int length() {
    return to - from;
  }

  /** The bytes as UTF-8 text, with quotes and escapes. */
  public String text(byte[] bytes) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** Whether the bytes are exactly an ASCII text. */
  public boolean equalsAscii(byte[] bytes, String ascii) {
    return equalsAscii(bytes, from, to, ascii);
  }

  /** Whether a range is exactly an ASCII text. */
  public static boolean equalsAscii(byte[] bytes, int from, int to, String ascii) {
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
