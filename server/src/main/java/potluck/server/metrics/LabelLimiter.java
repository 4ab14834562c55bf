package potluck.server.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names that may be labels: the first two hundred that were let in; every other one is {@code
 * other}, because callers can name whatever they like. Safe for use by many threads.
 */
public final class LabelLimiter {
  private static final int MAX_NAMES = 200;
  private static final int MAX_NAME_LENGTH = 100;
  private static final String OTHER = "other";

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Lets a name in, where there is room: for one that the house has shown to serve. */
  public String add(String name) {
    String cut = truncate(name);
    return known.contains(cut) || (known.size() < MAX_NAMES && known.add(cut)) ? cut : OTHER;
  }

  /** The name where it was let in before. */
  public String find(String name) {
    String cut = truncate(name);
    return known.contains(cut) ? cut : OTHER;
  }

  private static String truncate(String name) {
    return name.length() <= MAX_NAME_LENGTH ? name : name.substring(0, MAX_NAME_LENGTH);
  }
}
