package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import potluck.dialect.wire.Fingerprint;
import potluck.dialect.wire.Span;

/**
 * Names of functions and calls that a dialect does not allow, and the way back. The same name
 * always becomes the same, so that a conversation stays cached. One per exchange, used by one
 * thread.
 */
public final class ToolNames {
  private final Map<String, String> originals = new HashMap<>();

  /**
   * A name of letters, digits, {@code _} and {@code -}.
   *
   * @param most its length; Anthropic allows 128, the others 64
   */
  public String sanitize(String name, int most) {
    String fitting = clean(name, most);
    originals.put(fitting, name);
    return fitting;
  }

  /** What a fitted name was before. */
  public String restore(String name) {
    return originals.getOrDefault(name, name);
  }

  /** An id that every dialect allows; the same for a call and its result. */
  public static String callId(String id) {
    return clean(id, 64);
  }

  private static String clean(String name, int most) {
    String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
    if (plain.equals(name) && name.length() <= most && !name.isEmpty()) {
      return name;
    }
    byte[] bytes = name.getBytes(UTF_8);
    String print = new Fingerprint().add(bytes, new Span(0, bytes.length)).hex().substring(0, 12);
    return plain.substring(0, Math.min(plain.length(), most - 13)) + "_" + print;
  }
}
