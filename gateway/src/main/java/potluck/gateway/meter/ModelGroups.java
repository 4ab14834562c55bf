package potluck.gateway.meter;

import java.util.ArrayList;
import java.util.List;

/**
 * Models that draw from one quota, because their providers count them together. A model that is in
 * no group is a group of its own. Immutable.
 */
public final class ModelGroups {
  /** What the origin counts together. Source: the contract, 4.7. */
  public static final String DEFAULT =
      "claude=claude*;gemini-3-pro=gemini-3-pro*;gemini-2.5-pro=gemini-2.5-pro*";

  private record Group(String name, String pattern) {}

  private final List<Group> groups = new ArrayList<>();

  /**
   * @param text such as {@code claude=claude*,opus*;gemini=gemini*}
   * @throws IllegalArgumentException where it is not of that form
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

  /** The group of a model, by its public name. */
  public String of(String model) {
    for (Group group : groups) {
      String pattern = group.pattern();
      boolean fits =
          pattern.endsWith("*")
              ? model.startsWith(pattern.substring(0, pattern.length() - 1))
              : model.equals(pattern);
      if (fits) {
        return group.name();
      }
    }
    return model;
  }
}
