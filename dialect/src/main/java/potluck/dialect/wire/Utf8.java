package potluck.dialect.wire;

/** UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
  private Utf8() {}

  /**
   * The length of the sequence of more than one byte that begins at {@code at}.
   *
   * @throws Malformed where there is none
   */
  static int sequence(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    int second = at + 1 < bytes.length ? bytes[at + 1] & 0xFF : 0;
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    boolean good =
        switch (first) {
          case 0xE0 -> second >= 0xA0;
          case 0xED -> second < 0xA0;
          case 0xF0 -> second >= 0x90;
          case 0xF4 -> second < 0x90;
          default -> first >= 0xC2 && first < 0xF5;
        };
    for (int i = 1; good && i < length; i++) {
      good = at + i < bytes.length && (bytes[at + i] & 0xC0) == 0x80;
    }
    if (!good) {
      throw new Malformed("invalid UTF-8", at);
    }
    return length;
  }
}
