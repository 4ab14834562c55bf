package potluck.dialect.wire;

import java.io.ByteArrayOutputStream;

/** Removes null members, for callers that use null and absent alike. Stateless. */
public final class NullMembers {
  private NullMembers() {}

  /**
   * Removes the top-level members that are null; nested values and all other bytes stay. Returns
   * the argument itself if there is nothing to remove, or if it is not an object.
   */
  public static byte[] remove(byte[] body) {
    int end = body.length;
    ByteArrayOutputStream output = new ByteArrayOutputStream(end);
    boolean found = false;
    int i = JsonScanner.skipSpace(body, 0, end);
    if (i >= end || body[i] != '{') {
      return body;
    }
    output.write('{');
    i = JsonScanner.skipSpace(body, i + 1, end);
    while (i < end && body[i] == '"') {
      int colon = JsonScanner.skipSpace(body, JsonScanner.skipValue(body, i, end), end);
      int value = JsonScanner.skipSpace(body, colon + 1, end);
      int after = JsonScanner.skipValue(body, value, end);
      if (after >= end) {
        return body;
      }
      if (new Span(value, after).equalsAscii(body, "null")) {
        found = true;
      } else {
        if (output.size() > 1) {
          output.write(',');
        }
        output.write(body, i, after - i);
      }
      i = JsonScanner.skipSpace(body, after, end);
      if (i < end && body[i] == ',') {
        i = JsonScanner.skipSpace(body, i + 1, end);
      }
    }
    if (!found || i >= end || body[i] != '}') {
      return body;
    }
    output.write(body, i, end - i);
    return output.toByteArray();
  }
}
