package potluck.dialect.wire;

/**
 * Counts the bytes of the values of one member in a piece of JSON, at any depth, such as the
 * arguments of tool calls. The token count is estimated from them if a provider reports none.
 * Lenient, without allocation. Immutable.
 */
public final class ValueByteCounter {
  private final ByteSearch member;

  /**
   * @param name of the member, without quotes
   */
  public ValueByteCounter(String name) {
    member = new ByteSearch("\"" + name + "\":");
  }

  /** Number of bytes in values of the member, as they are in the JSON. */
  public int count(byte[] b, int from, int to) {
    int sum = 0;
    int at = member.indexIn(b, from, to);
    while (at >= 0) {
      int value = JsonScanner.skipSpace(b, at + member.length(), to);
      int end = JsonScanner.skipValue(b, value, to);
      sum += end - value;
      at = member.indexIn(b, end, to);
    }
    return sum;
  }
}
