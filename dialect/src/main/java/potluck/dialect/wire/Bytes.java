package potluck.dialect.wire;

import java.nio.charset.StandardCharsets;

/** Searching in bytes without making text of them. */
public final class Bytes {
  private Bytes() {}

  public static byte[] of(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  /** Where {@code wanted} begins within {@code [from, to)}, or -1. */
  public static int find(byte[] bytes, int from, int to, byte[] wanted) {
    byte first = wanted[0];
    int last = to - wanted.length;
    for (int at = from; at <= last; at++) {
      if (bytes[at] == first && startsWith(bytes, at, to, wanted)) {
        return at;
      }
    }
    return -1;
  }

  public static boolean startsWith(byte[] bytes, int at, int to, byte[] wanted) {
    if (to - at < wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /** The first place at or behind {@code at} that is neither space nor tab. */
  public static int skipSpace(byte[] bytes, int at, int to) {
    int here = at;
    while (here < to && (bytes[here] == ' ' || bytes[here] == '\t')) {
      here++;
    }
    return here;
  }
}
