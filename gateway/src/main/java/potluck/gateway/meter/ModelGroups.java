package potluck.gateway.meter;

import java.util.ArrayList;
import java.util.List;

/**
 * Groups of models that share one quota, because their providers count them together. A model that
 * is in no group is its own group. Immutable.
 */
public final class ModelGroups {
  /** The groups that AntiHub counts together. */
  public static final String DEFAULT =
      "claude=claude*;gemini-3-pro=gemini-3-pro*;gemini-2.5-pro=gemini-2.5-pro*";

  private record Group(String name, String pattern) {}

  private final List<Group> groups = new ArrayList<>();

  /**
   * @param text such as {@code claude=claude*,opus*;gemini=gemini*}
   * @throws IllegalArgumentException if the text does not have this form
   */
  public ModelGroups(String text) {
    for (String each : text.split(";")) {
      if (each.isBlank()) {
        continue;
      }
      String[] halves = each.split("=", 2);
      if (halves.length != 2 || halves[0].isBlank() || halves[1].isBlank()) {
        throw new IllegalArgumentException(
            "'" + each + "' is not of the form name=pattern,pattern");
      }
      for (String pattern : halves[1].split(",")) {
        groups.add(new Group(halves[0].strip(), pattern.strip()));
      }
    }
  }

  /** The group of a model, given its public name. */
  public String of(String model) {
    for (Group group : groups) {
      String pattern = group.pattern();
      boolean matches =
          pattern.endsWith("*")
              ? model.startsWith(pattern.substring(0, pattern.length() - 1))
              : model.equals(pattern);
      if (matches) {
        return group.name();
      }
    }
    return model;
  }
}
