package potluck.dialect.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Checks in one pass what everybody downstream relies on: valid UTF-8, exactly one JSON object, no
 * duplicate keys (escaped ones included), no lone surrogates, bounded depth, no trailing bytes. Two
 * readers that disagree on any of these can be played against each other.
 *
 * <p>Source: RFC 8259 (strict grammar), RFC 3629 (UTF-8). Used by one thread.
 */
public final class StrictJson {
  /** Nesting that no honest request reaches. */
  public static final int DEPTH = 128;

  /** Members in one object; more are taken for an attack on the duplicate check. */
  public static final int MEMBERS = 10_000;

  private final byte[] bytes;
  private final int end;
  private final int maxDepth;
  private final Keys keys;
  private final StrictText text;
  private final Members members;

  /** The first two elements of the array that a member of the body is. */
  private final List<Span> heads = new ArrayList<>(2);

  private int at;

  private StrictJson(byte[] bytes, int maxDepth) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.maxDepth = maxDepth;
    this.keys = new Keys(bytes, MEMBERS);
    this.text = new StrictText(bytes);
    this.members = new Members(bytes);
  }

  /** As {@link #check(byte[], int)} with {@link #DEPTH}. */
  public static Members check(byte[] body) {
    return check(body, DEPTH);
  }

  /**
   * Checks a whole body.
   *
   * @param maxDepth how deep objects and arrays may nest, at least 1
   * @return the members of the object
   * @throws Malformed with what is wrong and where
   */
  public static Members check(byte[] body, int maxDepth) {
    StrictJson json = new StrictJson(body, maxDepth);
    json.space();
    if (json.at == json.end) {
      throw new Malformed("the body is empty", 0);
    }
    if (body[json.at] != '{') {
      throw new Malformed("the body is not a JSON object", json.at);
    }
    json.object(1);
    json.space();
    if (json.at != json.end) {
      throw new Malformed("bytes follow the JSON object", json.at);
    }
    return json.members;
  }

  private void object(int depth) {
    deeper(depth);
    at++;
    int mark = keys.open();
    space();
    if (peek() == '}') {
      at++;
      return;
    }
    while (true) {
      if (peek() != '"') {
        throw new Malformed("a key was expected", at);
      }
      int key = at + 1;
      at = text.end(key);
      int keyEnd = at - 1;
      keys.add(mark, key, keyEnd, text.escaped());
      space();
      expect(':');
      space();
      int from = at;
      value(depth);
      if (depth == 1) {
        String name = Peek.string(bytes, new Span(key - 1, keyEnd + 1));
        members.add(name, from, at);
        members.heads(name, bytes[from] == '[' ? List.copyOf(heads) : List.of());
      }
      space();
      if (peek() == '}') {
        at++;
        keys.close(mark);
        return;
      }
      expect(',');
      space();
    }
  }

  private void array(int depth) {
    deeper(depth);
    at++;
    space();
    if (depth == 2) {
      heads.clear();
    }
    if (peek() == ']') {
      at++;
      return;
    }
    while (true) {
      int from = at;
      value(depth);
      if (depth == 2 && heads.size() < 2) {
        heads.add(new Span(from, at));
      }
      space();
      if (peek() == ']') {
        at++;
        return;
      }
      expect(',');
      space();
    }
  }

  private void value(int depth) {
    switch (peek()) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> at = text.end(at + 1);
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
      throw new Malformed("a value was expected", from);
    }
  }

  private void literal(String word) {
    if (at + word.length() > end || !new Span(at, at + word.length()).is(bytes, word)) {
      throw new Malformed("a value was expected", at);
    }
    at += word.length();
  }

  private void deeper(int depth) {
    if (depth > maxDepth) {
      throw new Malformed("nested deeper than " + maxDepth + " levels", at);
    }
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw new Malformed("'" + wanted + "' was expected", at);
    }
    at++;
  }

  private byte peek() {
    if (at >= end) {
      throw new Malformed("the body ends in the middle", end);
    }
    return bytes[at];
  }

  private void space() {
    while (at < end) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      at++;
    }
  }
}
