package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import potluck.dialect.wire.Fingerprint;
import potluck.dialect.wire.Span;

/**
 * Replaces names of tools that a dialect does not allow, and restores them in the answer. The same
 * name always gets the same replacement, so that provider caches stay valid. One instance per
 * exchange, for one thread.
 */
public final class ToolNames {
  private final Map<String, String> originals = new HashMap<>();

  /**
   * A name of letters, digits, {@code _} and {@code -}.
   *
   * @param maxLength in characters, at least 14; Anthropic allows 128, the others 64
   */
  public String sanitize(String name, int maxLength) {
    String sanitized = clean(name, maxLength);
    originals.put(sanitized, name);
    return sanitized;
  }

  /**
   * The original of a name that {@link #sanitize} returned; any other name is returned unchanged.
   */
  public String restore(String name) {
    return originals.getOrDefault(name, name);
  }

  /** An id of a tool call that every dialect allows; the same id for a call and its result. */
  public static String callId(String id) {
    return clean(id, 64);
  }

  private static String clean(String name, int maxLength) {
    String allowed = name.replaceAll("[^A-Za-z0-9_-]", "_");
    if (allowed.equals(name) && name.length() <= maxLength && !name.isEmpty()) {
      return name;
    }
    byte[] bytes = name.getBytes(UTF_8);
    String hash = new Fingerprint().add(bytes, new Span(0, bytes.length)).hex().substring(0, 12);
    return allowed.substring(0, Math.min(allowed.length(), maxLength - 13)) + "_" + hash;
  }
}
