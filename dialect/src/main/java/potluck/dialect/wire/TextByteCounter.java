package potluck.dialect.wire;

import java.util.List;

/**
 * Counts the bytes of model text in a piece of JSON: the strings under a few keys. The token count
 * is estimated from them if a provider reports none. Lenient, without allocation. Immutable.
 */
public final class TextByteCounter {
  private final String[] keys;

  /**
   * @param keys names of the members whose strings count
   */
  public TextByteCounter(List<String> keys) {
    this.keys = keys.toArray(String[]::new);
  }

  /** Number of bytes in strings under one of the keys, without quotes. */
  public int count(byte[] b, int from, int to) {
    int sum = 0;
    boolean counts = false;
    for (int i = from; i < to; i++) {
      if (b[i] != '"') {
        continue;
      }
      int close = JsonScanner.endOfString(b, i + 1, to);
      int next = JsonScanner.skipSpace(b, close + 1, to);
      if (next < to && b[next] == ':') {
        counts = known(b, i + 1, close);
      } else if (counts) {
        sum += close - i - 1;
      }
      i = close;
    }
    return sum;
  }

  private boolean known(byte[] b, int from, int to) {
    for (String key : keys) {
      if (Span.equalsAscii(b, from, to, key)) {
        return true;
      }
    }
    return false;
  }
}
