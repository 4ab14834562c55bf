package potluck.dialect.wire;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object by name, as ranges of its bytes. Nested objects are not parsed.
 * For one thread.
 */
public final class Members {
  private final byte[] bytes;
  private final Map<String, Span> byName = new LinkedHashMap<>();
  private final Map<String, List<Span>> firstElements = new HashMap<>();

  Members(byte[] bytes) {
    this.bytes = bytes;
  }

  void add(String name, int from, int to) {
    byName.put(name, new Span(from, to));
  }

  void firstElements(String name, List<Span> first) {
    firstElements.put(name, first);
  }

  /** Ranges of the first two elements of a member that is an array; empty for anything else. */
  public List<Span> firstTwo(String name) {
    return firstElements.getOrDefault(name, List.of());
  }

  /** Range of the value of a member; null if absent. */
  public @Nullable Span find(String name) {
    return byName.get(name);
  }

  /** The value of a member that is a string; null if absent or anything else. */
  public @Nullable String string(String name) {
    Span span = byName.get(name);
    return span == null || bytes[span.from()] != '"' ? null : JsonScanner.decodeString(bytes, span);
  }

  /** Whether a member is the literal {@code true}. */
  public boolean isTrue(String name) {
    Span span = byName.get(name);
    return span != null && span.equalsAscii(bytes, "true");
  }

  public boolean isEmpty() {
    return byName.isEmpty();
  }
}
