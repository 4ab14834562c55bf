package potluck.dialect.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds members of a JSON object without building anything. Lenient: bytes that are not JSON give
 * null or any range within the bounds, but no exception. Stateless.
 */
public final class JsonScanner {
  private JsonScanner() {}

  /**
   * Range of the value of a member of the object that starts at or after {@code from}; null if
   * absent.
   *
   * @param name without quotes; an escaped name is not found
   */
  public static @Nullable Span find(byte[] b, int from, int to, String name) {
    int i = skipSpace(b, from, to);
    if (i >= to || b[i] != '{') {
      return null;
    }
    i = skipSpace(b, i + 1, to);
    while (i < to && b[i] == '"') {
      int key = i + 1;
      int keyEnd = endOfString(b, key, to);
      i = skipSpace(b, keyEnd + 1, to);
      if (i >= to || b[i] != ':') {
        return null;
      }
      int value = skipSpace(b, i + 1, to);
      i = skipValue(b, value, to);
      if (keyEnd - key == name.length() && new Span(key, keyEnd).equalsAscii(b, name)) {
        return i > to || value >= to ? null : new Span(value, i);
      }
      i = skipSpace(b, i, to);
      if (i >= to || b[i] != ',') {
        return null;
      }
      i = skipSpace(b, i + 1, to);
    }
    return null;
  }

  /**
   * Same as {@link #find(byte[], int, int, String)}, in the range of a value that was found before;
   * null if that is null.
   */
  public static @Nullable Span find(byte[] b, @Nullable Span within, String name) {
    return within == null ? null : find(b, within.from(), within.to(), name);
  }

  /** Index after the value that starts at {@code i}; {@code to} if the value does not end. */
  public static int skipValue(byte[] b, int i, int to) {
    if (i >= to) {
      return to;
    }
    if (b[i] == '"') {
      return Math.min(to, endOfString(b, i + 1, to) + 1);
    }
    if (b[i] != '{' && b[i] != '[') {
      int k = i;
      while (k < to && b[k] != ',' && b[k] != '}' && b[k] != ']' && b[k] > ' ') {
        k++;
      }
      return k;
    }
    int depth = 0;
    for (int k = i; k < to; k++) {
      byte c = b[k];
      if (c == '"') {
        k = endOfString(b, k + 1, to);
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return k + 1;
      }
    }
    return to;
  }

  /** Index of the closing quote of a string whose content starts at {@code i}; else {@code to}. */
  static int endOfString(byte[] b, int i, int to) {
    int k = SwarScan.indexOfQuote(b, i, to);
    while (k < to && b[k] == '\\') {
      k = SwarScan.indexOfQuote(b, Math.min(k + 2, to), to);
    }
    return k;
  }

  /** Index of the first byte at or after {@code i} that is not white space; else {@code to}. */
  public static int skipSpace(byte[] b, int i, int to) {
    int k = i;
    while (k < to && b[k] <= ' ' && b[k] >= 0) {
      k++;
    }
    return k;
  }

  /** The text of a JSON string, with escapes resolved; the span includes the quotes. */
  public static String decodeString(byte[] b, Span span) {
    String raw =
        new String(b, span.from() + 1, Math.max(0, span.length() - 2), StandardCharsets.UTF_8);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\' || i + 1 >= raw.length()) {
        text.append(c);
        continue;
      }
      char kind = raw.charAt(++i);
      switch (kind) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r' -> text.append('\r');
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'u' -> {
          text.append(decodeUnicodeEscape(raw, i + 1));
          i += 4;
        }
        default -> text.append(kind);
      }
    }
    return text.toString();
  }

  private static char decodeUnicodeEscape(String raw, int from) {
    int value = 0;
    for (int i = from; i < Math.min(raw.length(), from + 4); i++) {
      value = (value << 4) | Math.max(0, Character.digit(raw.charAt(i), 16));
    }
    return (char) value;
  }
}
