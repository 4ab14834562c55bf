package potluck.gateway.upstream;

/** The characters that RFC 9110, section 5 allows in headers. Stateless. */
final class HeaderSyntax {
  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (char c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = TOKEN[c - 32] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private HeaderSyntax() {}

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenChar(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isTokenChar(int c) {
    return c >= 0 && c < 128 && TOKEN[c];
  }

  /** Whether the text can be a header value: Latin-1 without control characters, except tab. */
  static boolean isValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isValueChar(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isValueChar(int c) {
    return c == '\t' || (c >= ' ' && c != 127 && c < 256);
  }
}
