package potluck.dialect.wire;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Walks over the members of a JSON object without building anything, not even a range: what a hot
 * path uses where {@link JsonScanner#find} would look at the same bytes once a name. Lenient, as
 * {@link JsonScanner} is. Used again and again, by one thread.
 */
public final class FrameScan {
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private int keyFrom;
  private int keyTo;
  private int valueFrom;
  private int valueTo;

  /** Starts over, at the object that stands in a range; where there is none, it has no members. */
  public FrameScan enter(byte[] b, int from, int to) {
    bytes = b;
    end = to;
    int open = JsonScanner.skipSpace(b, from, to);
    at = open < to && b[open] == '{' ? JsonScanner.skipSpace(b, open + 1, to) : to;
    return this;
  }

  /** As {@link #enter(byte[], int, int)}, at the value of the member where another stands. */
  public FrameScan enter(FrameScan member) {
    return enter(member.bytes, member.valueFrom, member.valueTo);
  }

  /**
   * As {@link #enter(Glance)}, at the one element of an array; nothing where it has more or none.
   */
  public FrameScan enterSingleElement(FrameScan member) {
    int first = JsonScanner.skipSpace(member.bytes, member.valueFrom + 1, member.valueTo);
    int after = JsonScanner.skipValue(member.bytes, first, member.valueTo);
    int close = JsonScanner.skipSpace(member.bytes, after, member.valueTo);
    boolean one =
        member.bytes[member.valueFrom] == '['
            && close < member.valueTo
            && member.bytes[close] == ']';
    return enter(member.bytes, one ? first : member.valueTo, one ? after : member.valueTo);
  }

  /** Goes to the next member, if there is one. */
  public boolean next() {
    if (at >= end || bytes[at] != '"') {
      return false;
    }
    keyFrom = at + 1;
    keyTo = JsonScanner.endOfString(bytes, keyFrom, end);
    int colon = JsonScanner.skipSpace(bytes, keyTo + 1, end);
    if (colon >= end || bytes[colon] != ':') {
      at = end;
      return false;
    }
    valueFrom = JsonScanner.skipSpace(bytes, colon + 1, end);
    valueTo = JsonScanner.skipValue(bytes, valueFrom, end);
    int comma = JsonScanner.skipSpace(bytes, valueTo, end);
    at = comma < end && bytes[comma] == ',' ? JsonScanner.skipSpace(bytes, comma + 1, end) : end;
    return valueFrom < end;
  }

  /** Whether the member has that name, which comes without escapes. */
  public boolean nameIs(String name) {
    return equalsAscii(keyFrom, keyTo, name);
  }

  /** Whether the value is these very bytes, such as {@code null} or {@code "stop"}. */
  public boolean valueIs(String json) {
    return equalsAscii(valueFrom, valueTo, json);
  }

  /** Whether the value is a string. */
  public boolean isString() {
    return valueTo - valueFrom >= 2 && bytes[valueFrom] == '"' && bytes[valueTo - 1] == '"';
  }

  /** The value as text, escapes resolved. */
  public String stringValue() {
    return JsonScanner.decodeString(bytes, new Span(valueFrom, valueTo));
  }

  /** The value as a tree. */
  public JsonNode treeValue() {
    return JsonTree.readOrMissing(bytes, valueFrom, valueTo);
  }

  /** The value as a number of at most nine digits; -1 where it is none. */
  public int intValue() {
    int value = 0;
    for (int i = valueFrom; i < valueTo; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || valueTo - valueFrom > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return valueTo > valueFrom ? value : -1;
  }

  private boolean equalsAscii(int from, int to, String ascii) {
    if (to - from != ascii.length()) {
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
