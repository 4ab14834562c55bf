package potluck.server.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names that may be labels: the first two hundred that were let in; every other one is {@code
 * other}, because callers can name whatever they like. Safe for use by many threads.
 */
public final class Names {
  private static final int MOST = 200;
  private static final int LONGEST = 100;
  private static final String OTHER = "other";

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Lets a name in, where there is room: for one that the house has shown to serve. */
  public String add(String name) {
    String cut = cut(name);
    return known.contains(cut) || (known.size() < MOST && known.add(cut)) ? cut : OTHER;
  }

  /** The name where it was let in before. */
  public String find(String name) {
    String cut = cut(name);
    return known.contains(cut) ? cut : OTHER;
  }

  private static String cut(String name) {
    return name.length() <= LONGEST ? name : name.substring(0, LONGEST);
  }
}
