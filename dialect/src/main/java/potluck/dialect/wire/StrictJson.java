package potluck.dialect.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Checks in one pass what all later readers rely on: valid UTF-8, exactly one JSON object, no
 * duplicate keys (escaped ones included), no lone surrogates, bounded depth, no trailing bytes.
 * Readers that treat these cases differently could otherwise be played against each other.
 *
 * <p>Sources: RFC 8259 (strict grammar), RFC 3629 (UTF-8). For one thread.
 */
public final class StrictJson {
  /** Maximum nesting of objects and arrays. */
  public static final int MAX_DEPTH = 128;

  /** Maximum number of members in one object, against attacks on the duplicate check. */
  public static final int MAX_MEMBERS = 10_000;

  private final byte[] bytes;
  private final int end;
  private final int maxDepth;
  private final DuplicateKeyCheck keys;
  private final StrictJsonString text;
  private final Members members;

  /** The first two elements of the top-level array that was read last. */
  private final List<Span> firstElements = new ArrayList<>(2);

  private int at;

  private StrictJson(byte[] bytes, int maxDepth) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.maxDepth = maxDepth;
    this.keys = new DuplicateKeyCheck(bytes, MAX_MEMBERS);
    this.text = new StrictJsonString(bytes);
    this.members = new Members(bytes);
  }

  /** Same as {@link #check(byte[], int)} with {@link #MAX_DEPTH}. */
  public static Members check(byte[] body) {
    return check(body, MAX_DEPTH);
  }

  /**
   * Checks a complete body.
   *
   * @param maxDepth how deep objects and arrays may nest, at least 1
   * @return the members of the object
   * @throws MalformedException with the problem and its offset
   */
  public static Members check(byte[] body, int maxDepth) {
    StrictJson json = new StrictJson(body, maxDepth);
    json.skipSpace();
    if (json.at == json.end) {
      throw new MalformedException("the body is empty", 0);
    }
    if (body[json.at] != '{') {
      throw new MalformedException("the body is not a JSON object", json.at);
    }
    json.object(1);
    json.skipSpace();
    if (json.at != json.end) {
      throw new MalformedException("bytes follow the JSON object", json.at);
    }
    return json.members;
  }

  private void object(int depth) {
    checkDepth(depth);
    at++;
    int mark = keys.open();
    skipSpace();
    if (peek() == '}') {
      at++;
      return;
    }
    while (true) {
      if (peek() != '"') {
        throw new MalformedException("expected a key", at);
      }
      int key = at + 1;
      at = text.endOfString(key);
      int keyEnd = at - 1;
      keys.add(mark, key, keyEnd, text.escaped());
      skipSpace();
      expect(':');
      skipSpace();
      int from = at;
      value(depth);
      if (depth == 1) {
        String name = JsonScanner.decodeString(bytes, new Span(key - 1, keyEnd + 1));
        members.add(name, from, at);
        members.firstElements(name, bytes[from] == '[' ? List.copyOf(firstElements) : List.of());
      }
      skipSpace();
      if (peek() == '}') {
        at++;
        keys.close(mark);
        return;
      }
      expect(',');
      skipSpace();
    }
  }

  private void array(int depth) {
    checkDepth(depth);
    at++;
    skipSpace();
    if (depth == 2) {
      firstElements.clear();
    }
    if (peek() == ']') {
      at++;
      return;
    }
    while (true) {
      int from = at;
      value(depth);
      if (depth == 2 && firstElements.size() < 2) {
        firstElements.add(new Span(from, at));
      }
      skipSpace();
      if (peek() == ']') {
        at++;
        return;
      }
      expect(',');
      skipSpace();
    }
  }

  private void value(int depth) {
    switch (peek()) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> at = text.endOfString(at + 1);
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void number() {
    int from = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits(from);
    }
    if (at < end && bytes[at] == '.') {
      at++;
      digits(from);
    }
    if (at < end && (bytes[at] | 0x20) == 'e') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits(from);
    }
  }

  private void digits(int from) {
    int first = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == first) {
      throw new MalformedException("expected a value", from);
    }
  }

  private void literal(String word) {
    if (at + word.length() > end || !new Span(at, at + word.length()).equalsAscii(bytes, word)) {
      throw new MalformedException("expected a value", at);
    }
    at += word.length();
  }

  private void checkDepth(int depth) {
    if (depth > maxDepth) {
      throw new MalformedException("nested deeper than " + maxDepth + " levels", at);
    }
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw new MalformedException("expected '" + expected + "'", at);
    }
    at++;
  }

  private byte peek() {
    if (at >= end) {
      throw new MalformedException("the body ends too early", end);
    }
    return bytes[at];
  }

  private void skipSpace() {
    while (at < end) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      at++;
    }
  }
}
