package potluck.server.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names that may become metric labels: the first two hundred. All others become {@code other},
 * because callers can invent names. Thread-safe.
 */
public final class LabelLimiter {
  private static final int MAX_NAMES = 200;
  private static final int MAX_NAME_LENGTH = 100;
  private static final String OTHER = "other";

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Adds a name unless the limit is reached; only for models that have served. */
  public String add(String name) {
    String cut = truncate(name);
    return known.contains(cut) || (known.size() < MAX_NAMES && known.add(cut)) ? cut : OTHER;
  }

  /** The name if it was added before, otherwise {@code other}. */
  public String find(String name) {
    String cut = truncate(name);
    return known.contains(cut) ? cut : OTHER;
  }

  private static String truncate(String name) {
    return name.length() <= MAX_NAME_LENGTH ? name : name.substring(0, MAX_NAME_LENGTH);
  }
}
