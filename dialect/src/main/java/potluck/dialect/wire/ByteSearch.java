package potluck.dialect.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Searches bytes for a short ASCII text with Horspool's algorithm, which skips most bytes.
 * Immutable.
 */
public final class ByteSearch {
  private final byte[] text;
  private final byte[] shift = new byte[256];

  /**
   * @param ascii one to 127 ASCII characters
   */
  public ByteSearch(String ascii) {
    text = ascii.getBytes(StandardCharsets.US_ASCII);
    Arrays.fill(shift, (byte) text.length);
    for (int i = 0; i < text.length - 1; i++) {
      shift[text[i]] = (byte) (text.length - 1 - i);
    }
  }

  /** Index of the first occurrence in a range, or -1. */
  public int indexIn(byte[] b, int from, int to) {
    int last = text.length - 1;
    byte end = text[last];
    for (int i = from + last; i < to; i += shift[b[i] & 0xFF]) {
      if (b[i] == end && matches(b, i - last)) {
        return i - last;
      }
    }
    return -1;
  }

  private boolean matches(byte[] b, int at) {
    for (int k = 0; k < text.length - 1; k++) {
      if (b[at + k] != text[k]) {
        return false;
      }
    }
    return true;
  }

  /** Length of the text, in bytes. */
  public int length() {
    return text.length;
  }
}
