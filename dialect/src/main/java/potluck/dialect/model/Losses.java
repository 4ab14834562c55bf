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
  public static final int MOST = 64;

  private static final int LONGEST = 120;

  private final Set<String> names = new LinkedHashSet<>();
  private int more;

  /** Records a loss. */
  public void add(String name) {
    String clean = clean(name);
    if (names.contains(clean)) {
      return;
    }
    if (names.size() < MOST) {
      names.add(clean);
    } else {
      more++;
    }
  }

  public List<String> names() {
    return List.copyOf(names);
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** All names as the value of a header: ASCII, comma-separated, its length bounded. */
  public String header() {
    String list = String.join(", ", names);
    return more == 0 ? list : list + ", and " + more + " more";
  }

  private static String clean(String name) {
    String cut = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    return cut.replaceAll("[^\\x21-\\x2b\\x2d-\\x7e]", "_");
  }
}
