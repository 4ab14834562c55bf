package potluck.dialect.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The pass behind {@link Scan}. One use, one thread. */
final class Scanner {
  /** Keys are compared by text up to so many in one object, and beyond it by a set. */
  private static final int FEW = 16;

  private final byte[] body;
  private final int most;
  private final List<Scan.Field> fields;
  private int at;

  Scanner(byte[] body, int most, List<Scan.Field> fields) {
    this.body = body;
    this.most = most;
    this.fields = fields;
  }

  void run() {
    if (body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB) {
      throw new Malformed("a byte order mark", 0);
    }
    space();
    if (peek() != '{') {
      throw new Malformed("a JSON object was expected", at);
    }
    object(1);
    space();
    if (at < body.length) {
      throw new Malformed("something stands behind the end", at);
    }
  }

  private void value(int depth) {
    switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void object(int depth) {
    enter(depth);
    Keys keys = new Keys();
    space();
    if (peek() == '}') {
      at++;
      return;
    }
    while (true) {
      if (peek() != '"') {
        throw new Malformed("a key was expected", at);
      }
      int start = at + 1;
      string();
      String key = Strings.unescape(body, start, at - 1);
      if (!keys.add(key)) {
        throw new Malformed("the key '" + cut(key) + "' stands twice in one object", start);
      }
      space();
      expect(':');
      space();
      int from = at;
      value(depth + 1);
      if (depth == 1) {
        fields.add(new Scan.Field(key, from, at));
      }
      space();
      if (peek() == '}') {
        at++;
        return;
      }
      expect(',');
      space();
    }
  }

  private void array(int depth) {
    enter(depth);
    space();
    if (peek() == ']') {
      at++;
      return;
    }
    while (true) {
      value(depth + 1);
      space();
      if (peek() == ']') {
        at++;
        return;
      }
      expect(',');
      space();
    }
  }

  private void enter(int depth) {
    if (depth > most) {
      throw new Malformed("deeper than " + most + " levels", at);
    }
    at++;
  }

  private void string() {
    at++;
    while (at < body.length) {
      byte b = body[at];
      if (b == '"') {
        at++;
        return;
      }
      if (b == '\\') {
        escape();
      } else if (b >= 0x20) {
        at++;
      } else if (b < 0) {
        at += Utf8.sequence(body, at);
      } else {
        throw new Malformed("a control character in a string", at);
      }
    }
    throw new Malformed("a string without an end", at);
  }

  private void escape() {
    int next = at + 1 < body.length ? body[at + 1] : 0;
    if (next != 'u') {
      if ("\"\\/bfnrt".indexOf(next) < 0 || next == 0) {
        throw new Malformed("an unknown escape", at);
      }
      at += 2;
      return;
    }
    int unit = Strings.hex(body, at + 2);
    if (unit < 0) {
      throw new Malformed("\\u without four hex digits", at);
    }
    if (Character.isLowSurrogate((char) unit)) {
      throw new Malformed("a lone surrogate", at);
    }
    if (Character.isHighSurrogate((char) unit)) {
      boolean paired =
          at + 7 < body.length
              && body[at + 6] == '\\'
              && body[at + 7] == 'u'
              && Strings.hex(body, at + 8) >= 0xDC00
              && Strings.hex(body, at + 8) <= 0xDFFF;
      if (!paired) {
        throw new Malformed("a lone surrogate", at);
      }
      at += 6;
    }
    at += 6;
  }

  private void number() {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    int first = at;
    digits();
    if (body[first] == '0' && at - first > 1) {
      throw new Malformed("a number with a leading zero", start);
    }
    if (at < body.length && body[at] == '.') {
      at++;
      digits();
    }
    if (at < body.length && (body[at] == 'e' || body[at] == 'E')) {
      at++;
      if (at < body.length && (body[at] == '+' || body[at] == '-')) {
        at++;
      }
      digits();
    }
  }

  private void digits() {
    int start = at;
    while (at < body.length && body[at] >= '0' && body[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw new Malformed("a value was expected", at);
    }
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= body.length || body[at + i] != word.charAt(i)) {
        throw new Malformed("a value was expected", at);
      }
    }
    at += word.length();
  }

  private void expect(char c) {
    if (peek() != c) {
      throw new Malformed("'" + c + "' was expected", at);
    }
    at++;
  }

  private int peek() {
    if (at >= body.length) {
      throw new Malformed("the end came too early", at);
    }
    return body[at];
  }

  private void space() {
    while (at < body.length
        && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
      at++;
    }
  }

  private static String cut(String key) {
    return key.length() <= 60 ? key : key.substring(0, 60) + "…";
  }

  /** The keys of one object. Most objects have few, and need no set. */
  private static final class Keys {
    private final List<String> few = new ArrayList<>(4);
    private final Set<String> many = new HashSet<>();

    boolean add(String key) {
      if (!many.isEmpty()) {
        return many.add(key);
      }
      if (few.contains(key)) {
        return false;
      }
      few.add(key);
      if (few.size() == FEW) {
        many.addAll(few);
      }
      return true;
    }
  }
}
