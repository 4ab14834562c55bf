package potluck.dialect;

import java.util.LinkedHashSet;
import java.util.Set;

/** What a translation could not carry, by name. Nothing is dropped without standing here. */
public final class Losses {
  private static final int MOST = 50;

  private final Set<String> names = new LinkedHashSet<>();

  public void add(String name) {
    if (names.size() < MOST) {
      names.add(name);
    }
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** As a header's value. */
  public String header() {
    return String.join(", ", names);
  }
}
