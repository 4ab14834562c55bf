package potluck.dialect.wire;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Iterates over the members of a JSON object without allocating. The hot path uses it if {@link
 * JsonScanner#find} would read the same bytes once per name. It is as lenient as {@link
 * JsonScanner}. Reusable, for one thread.
 */
public final class FrameScan {
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private int keyFrom;
  private int keyTo;
  private int valueFrom;
  private int valueTo;

  /** Starts at the object in a range. If the range contains none, there are no members. */
  public FrameScan enter(byte[] b, int from, int to) {
    bytes = b;
    end = to;
    int open = JsonScanner.skipSpace(b, from, to);
    at = open < to && b[open] == '{' ? JsonScanner.skipSpace(b, open + 1, to) : to;
    return this;
  }

  /** Starts at the object that is the current value of another scan. */
  public FrameScan enter(FrameScan member) {
    return enter(member.bytes, member.valueFrom, member.valueTo);
  }

  /**
   * Starts at the object that is the only element of an array, which is the current value of
   * another scan. There are no members if the array has more elements or none.
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

  /** Advances to the next member, if there is one. */
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

  /** Whether the current member has a name. An escaped name does not match. */
  public boolean nameIs(String name) {
    return Span.equalsAscii(bytes, keyFrom, keyTo, name);
  }

  /** Whether the value consists of exactly these bytes, such as {@code null} or {@code "stop"}. */
  public boolean valueIs(String json) {
    return Span.equalsAscii(bytes, valueFrom, valueTo, json);
  }

  /** Whether the value is a string. */
  public boolean isString() {
    return valueTo - valueFrom >= 2 && bytes[valueFrom] == '"' && bytes[valueTo - 1] == '"';
  }

  /** The value as text, with escapes resolved. */
  public String stringValue() {
    return JsonScanner.decodeString(bytes, new Span(valueFrom, valueTo));
  }

  /** The value as a tree. */
  public JsonNode treeValue() {
    return JsonTree.readOrMissing(bytes, valueFrom, valueTo);
  }

  /** The value as a number of at most nine digits; -1 for anything else. */
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
}
