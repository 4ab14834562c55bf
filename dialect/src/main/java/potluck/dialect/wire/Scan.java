package potluck.dialect.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pass over a JSON object's bytes that checks what everybody relies on, so that what we read is
 * what an upstream reads: valid UTF-8, the grammar of RFC 8259, no key twice in one object (however
 * it is escaped), no lone surrogates, bounded depth, nothing after the end. It remembers where the
 * fields of the outermost object stand. Immutable.
 */
public final class Scan {
  private final byte[] body;
  private final List<Field> fields;

  private Scan(byte[] body, List<Field> fields) {
    this.body = body;
    this.fields = fields;
  }

  /**
   * A field of the outermost object.
   *
   * @param start where its value begins
   * @param end behind its value
   */
  public record Field(String name, int start, int end) {}

  /**
   * @param depth of nesting at most
   * @throws Malformed where it is not that; says what and where
   */
  public static Scan object(byte[] body, int depth) {
    List<Field> fields = new ArrayList<>();
    new Scanner(body, depth, fields).run();
    return new Scan(body, List.copyOf(fields));
  }

  public Optional<Field> find(String name) {
    for (Field field : fields) {
      if (field.name().equals(name)) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }

  /** The bytes of a value, as text. */
  public String raw(Field field) {
    return new String(body, field.start(), field.end() - field.start(), StandardCharsets.UTF_8);
  }

  public boolean isString(Field field) {
    return body[field.start()] == '"';
  }

  /** The value of a string field, unescaped; empty where it is absent or no string. */
  public Optional<String> text(String name) {
    return find(name)
        .filter(this::isString)
        .map(field -> Strings.unescape(body, field.start() + 1, field.end() - 1));
  }

  /** Where the object's closing brace stands. */
  public int close() {
    int at = body.length - 1;
    while (body[at] != '}') {
      at--;
    }
    return at;
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }
}
