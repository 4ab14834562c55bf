package potluck.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The operator's rules about models: aliases, and fallbacks that may serve if no account can serve
 * a model now. Immutable.
 *
 * @param aliases maps a public name to the models it stands for, best first
 * @param fallbacks maps a model to models that may replace it, in order
 */
public record RouteRules(Map<String, List<String>> aliases, Map<String, List<String>> fallbacks) {
  public static final RouteRules NONE = new RouteRules(Map.of(), Map.of());

  private static final int MAX_NAMES = 10_000;
  private static final int MAX_MODELS_PER_NAME = 20;
  private static final int MAX_NAME_LENGTH = 256;

  /**
   * @throws IllegalArgumentException with what is wrong, for people
   */
  public RouteRules {
    check("aliases", aliases);
    check("fallbacks", fallbacks);
    for (Map.Entry<String, List<String>> alias : aliases.entrySet()) {
      for (String model : alias.getValue()) {
        if (aliases.containsKey(model)) {
          throw new IllegalArgumentException(
              "aliases: '" + alias.getKey() + "' leads to '" + model + "', which is an alias too");
        }
      }
    }
    aliases = Map.copyOf(new TreeMap<>(aliases));
    fallbacks = Map.copyOf(new TreeMap<>(fallbacks));
  }

  private static void check(String what, Map<String, List<String>> names) {
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException(what + ": more than " + MAX_NAMES + " names");
    }
    names.forEach(
        (name, models) -> {
          if (models.isEmpty() || models.size() > MAX_MODELS_PER_NAME) {
            throw new IllegalArgumentException(
                what + ": '" + name + "' needs 1 to " + MAX_MODELS_PER_NAME + " models");
          }
          check(what, name);
          models.forEach(model -> check(what, model));
        });
  }

  private static void check(String what, String name) {
    if (name.isBlank()
        || name.length() > MAX_NAME_LENGTH
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what
              + ": a name must have 1 to "
              + MAX_NAME_LENGTH
              + " characters and no control characters");
    }
  }

  /** The models that a name stands for; the name itself if it is not an alias. */
  List<String> resolve(String name) {
    return aliases.getOrDefault(name, List.of(name));
  }

  /** All models that may serve a name, best first, without duplicates. */
  List<String> candidates(String name) {
    List<String> models = new ArrayList<>(resolve(name));
    for (String model : resolve(name)) {
      for (String other : fallbacks.getOrDefault(model, List.of())) {
        if (!models.contains(other)) {
          models.add(other);
        }
      }
    }
    return models;
  }
}
