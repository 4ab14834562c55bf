package potluck.dialect.wire;

import java.io.ByteArrayOutputStream;

/** Members that are null, for callers to whom that means absent. */
public final class NullMembers {
  private NullMembers() {}

  /**
   * An object without those of its own members that are null; what lies deeper, and all other bytes
   * of a member, stay. The very array that came in where there are none, or where it is no object.
   */
  public static byte[] remove(byte[] body) {
    int end = body.length;
    ByteArrayOutputStream kept = new ByteArrayOutputStream(end);
    boolean any = false;
    int i = JsonScanner.skipSpace(body, 0, end);
    if (i >= end || body[i] != '{') {
      return body;
    }
    kept.write('{');
    i = JsonScanner.skipSpace(body, i + 1, end);
    while (i < end && body[i] == '"') {
      int colon = JsonScanner.skipSpace(body, JsonScanner.skipValue(body, i, end), end);
      int value = JsonScanner.skipSpace(body, colon + 1, end);
      int after = JsonScanner.skipValue(body, value, end);
      if (after >= end) {
        return body;
      }
      if (new Span(value, after).equalsAscii(body, "null")) {
        any = true;
      } else {
        if (kept.size() > 1) {
          kept.write(',');
        }
        kept.write(body, i, after - i);
      }
      i = JsonScanner.skipSpace(body, after, end);
      if (i < end && body[i] == ',') {
        i = JsonScanner.skipSpace(body, i + 1, end);
      }
    }
    if (!any || i >= end || body[i] != '}') {
      return body;
    }
    kept.write(body, i, end - i);
    return kept.toByteArray();
  }
}
