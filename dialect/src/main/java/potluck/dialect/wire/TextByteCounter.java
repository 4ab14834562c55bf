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

  /** Number of bytes of text in strings under one of the keys, in UTF-8, without escapes. */
  public int count(byte[] b, int from, int to) {
    int sum = 0;
    boolean counts = false;
    for (int i = from; i < to; i++) {
      if (b[i] != '"') {
        continue;
      }
      int escapes = 0;
      int close = SwarScan.indexOfQuote(b, i + 1, to);
      while (close < to && b[close] == '\\') {
        escapes += escapeBytes(b, close, to);
        close = SwarScan.indexOfQuote(b, Math.min(close + 2, to), to);
      }
      int next = JsonScanner.skipSpace(b, close + 1, to);
      if (next < to && b[next] == ':') {
        counts = known(b, i + 1, close);
      } else if (counts) {
        sum += close - i - 1 - escapes;
      }
      i = close;
    }
    return sum;
  }

  /** How much longer an escape is than its character: half a surrogate pair counts for two. */
  private static int escapeBytes(byte[] b, int at, int to) {
    if (at + 3 >= to || b[at + 1] != 'u') {
      return 1;
    }
    return (b[at + 2] == 'd' || b[at + 2] == 'D') && b[at + 3] >= '8' ? 4 : 3;
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
