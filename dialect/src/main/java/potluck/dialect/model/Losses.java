package potluck.dialect.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a translation could not carry, by name ({@code top_k}, {@code tools[3].cache_control}), each
 * once, in the order of discovery. It is a record for people and not a log. Used by one thread.
 */
public final class Losses {
  /** More names than this are only counted. */
  public static final int MAX_NAMES = 64;

  private static final int MAX_NAME_LENGTH = 120;

  private final Set<String> names = new LinkedHashSet<>();
  private int omitted;

  /** Records a loss. */
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

  public List<String> names() {
    return List.copyOf(names);
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** All names as the value of a header: ASCII, comma-separated, its length bounded. */
  public String headerValue() {
    String list = String.join(", ", names);
    return omitted == 0 ? list : list + ", and " + omitted + " more";
  }

  private static String clean(String name) {
    String cut = name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name;
    return cut.replaceAll("[^\\x21-\\x2b\\x2d-\\x7e]", "_");
  }
}
