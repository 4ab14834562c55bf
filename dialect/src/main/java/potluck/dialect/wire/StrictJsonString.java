package potluck.dialect.wire;

/** Checks the content of a JSON string: valid UTF-8, known escapes, surrogates in pairs. */
final class StrictJsonString {
  private final byte[] bytes;
  private boolean escaped;

  StrictJsonString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether the last string contained an escape. */
  boolean escaped() {
    return escaped;
  }

  /**
   * Checks a string.
   *
   * @param from index of the first byte after the opening quote
   * @return index after the closing quote
   * @throws MalformedException if the string is invalid
   */
  int endOfString(int from) {
    byte[] b = bytes;
    int length = b.length;
    int i = from;
    escaped = false;
    while (i < length) {
      byte c = b[i];
      if (c == '"') {
        return i + 1;
      } else if (c == '\\') {
        escaped = true;
        i = escape(i);
      } else if (c >= 0x20) {
        i = SwarScan.indexOfNonPlain(b, i + 1, length);
      } else if (c >= 0) {
        throw new MalformedException("a control character inside a string", i);
      } else {
        i = sequence(i);
      }
    }
    throw new MalformedException("the body ends inside a string", length);
  }

  private int escape(int i) {
    return switch (at(i + 1)) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> i + 2;
      case 'u' -> unicode(i);
      default -> throw new MalformedException("an unknown escape", i);
    };
  }

  private int unicode(int i) {
    int unit = hex(i + 2);
    if (unit < 0xD800 || unit > 0xDFFF) {
      return i + 6;
    }
    if (unit > 0xDBFF || at(i + 6) != '\\' || at(i + 7) != 'u') {
      throw new MalformedException("half of a surrogate pair", i);
    }
    int low = hex(i + 8);
    if (low < 0xDC00 || low > 0xDFFF) {
      throw new MalformedException("half of a surrogate pair", i);
    }
    return i + 12;
  }

  private int hex(int i) {
    int value = 0;
    for (int k = i; k < i + 4; k++) {
      int digit = Character.digit(at(k), 16);
      if (digit < 0) {
        throw new MalformedException("an escape without four hexadecimal digits", i);
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  /** Checks a character of two to four bytes: not overlong, not a surrogate, not above U+10FFFF. */
  private int sequence(int i) {
    int first = bytes[i] & 0xFF;
    int second = at(i + 1) & 0xFF;
    if (first >= 0xC2 && first <= 0xDF) {
      return tail(i, 2);
    } else if (first >= 0xE0 && first <= 0xEF) {
      boolean wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F);
      return wrong ? throwNotUtf8(i) : tail(i, 3);
    } else if (first >= 0xF0 && first <= 0xF4) {
      boolean wrong = (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
      return wrong ? throwNotUtf8(i) : tail(i, 4);
    }
    return throwNotUtf8(i);
  }

  private int tail(int i, int length) {
    for (int k = i + 1; k < i + length; k++) {
      if ((at(k) & 0xC0) != 0x80) {
        return throwNotUtf8(i);
      }
    }
    return i + length;
  }

  private static int throwNotUtf8(int i) {
    throw new MalformedException("bytes that are not UTF-8", i);
  }

  private byte at(int i) {
    if (i >= bytes.length) {
      throw new MalformedException("the body ends inside a string", bytes.length);
    }
    return bytes[i];
  }
}
