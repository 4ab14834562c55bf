package potluck.dialect.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of the fields that a translation could not carry, such as {@code top_k} or {@code
 * tools[3].cache_control}. Each name is kept once, in the order in which it was found. For one
 * thread.
 */
public final class Losses {
  /** Further names are only counted. */
  public static final int MAX_NAMES = 64;

  /** In characters. */
  private static final int MAX_NAME_LENGTH = 120;

  private final Set<String> names = new LinkedHashSet<>();
  private int omitted;

  /** Adds the name of a lost field. */
  public void add(String name) {
    String clean = clean(name);
    if (names.contains(clean)) {
      return;
    }
    if (names.size() < MAX_NAMES) {
      names.add(clean);
    } else {
      omitted++;
    }
  }

  /** The names, without those beyond {@link #MAX_NAMES}. */
  public List<String> names() {
    return List.copyOf(names);
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** All names as a header value: ASCII, comma-separated, of bounded length. */
  public String headerValue() {
    String list = String.join(", ", names);
    return omitted == 0 ? list : list + ", and " + omitted + " more";
  }

  private static String clean(String name) {
    String cut = name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name;
    return cut.replaceAll("[^\\x21-\\x2b\\x2d-\\x7e]", "_");
  }
}
