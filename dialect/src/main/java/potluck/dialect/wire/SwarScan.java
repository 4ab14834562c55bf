package potluck.dialect.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Skips bytes of no interest, eight at a time (SWAR: SIMD within a register). Source: Bit Twiddling
 * Hacks, "Determine if a word has a zero byte" and "Determine if a word has a byte less than n";
 * the lowest hit is exact.
 */
final class SwarScan {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long ESCAPES = ONES * '\\';

  private SwarScan() {}

  /** Index of the first byte at or after {@code i} that may end a line; else {@code to}. */
  static int indexOfLineEnd(byte[] b, int i, int to) {
    int k = i;
    for (; k + 8 <= to; k += 8) {
      long word = (long) LONG.get(b, k);
      long hits = (word - ONES * ('\r' + 1)) & ~word & HIGHS;
      if (hits != 0) {
        return k + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (k < to && (b[k] > '\r' || b[k] < 0)) {
      k++;
    }
    return k;
  }

  /** Index of the first quote or backslash at or after {@code i}; else {@code to}. */
  static int indexOfQuote(byte[] b, int i, int to) {
    int k = i;
    for (; k + 8 <= to; k += 8) {
      long word = (long) LONG.get(b, k);
      long hits = (zeros(word ^ QUOTES) | zeros(word ^ ESCAPES)) & HIGHS;
      if (hits != 0) {
        return k + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (k < to && b[k] != '"' && b[k] != '\\') {
      k++;
    }
    return k;
  }

  /**
   * Index of the first quote, backslash, control character or non-ASCII byte at or after {@code i};
   * else {@code to}.
   */
  static int indexOfNonPlain(byte[] b, int i, int to) {
    int k = i;
    for (; k + 8 <= to; k += 8) {
      long hits = nonPlain((long) LONG.get(b, k)) & HIGHS;
      if (hits != 0) {
        return k + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (k < to && b[k] >= 0x20 && b[k] != '"' && b[k] != '\\') {
      k++;
    }
    return k;
  }

  /**
   * Sets the high bit of each zero byte, and of some bytes above it; the other bits are undefined.
   */
  private static long zeros(long word) {
    return (word - ONES) & ~word;
  }

  /**
   * Sets the high bit of each byte that is not plain. Non-ASCII bytes are not plain, so borrows
   * that subtraction causes in them need not be masked.
   */
  private static long nonPlain(long word) {
    return (word - ONES * ' ') | ((word ^ QUOTES) - ONES) | ((word ^ ESCAPES) - ONES) | word;
  }
}
