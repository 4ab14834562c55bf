package potluck.dialect.wire;

import java.util.List;

/**
 * Counts the bytes of model text in a piece of JSON: the strings under a few keys. Lenient and
 * without allocation; what an estimate is made from where a provider reports nothing. Immutable.
 */
public final class TextByteCounter {
  private final String[] keys;

  public TextByteCounter(List<String> keys) {
    this.keys = keys.toArray(String[]::new);
  }

  /** The bytes of strings under one of the keys, quotes left out. */
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
      if (key.length() == to - from && same(b, from, key)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(byte[] b, int from, String key) {
    for (int k = 0; k < key.length(); k++) {
      if (b[from + k] != key.charAt(k)) {
        return false;
      }
    }
    return true;
  }
}
