package potluck.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Refused;
import potluck.gateway.key.Caller;

/** From a caller and a model to a {@link Route}. Safe for use by many threads. */
public final class Routes {
  private final Supplier<RouteRules> rules;

  /**
   * @param rules the operator's, as they are now
   */
  public Routes(Supplier<RouteRules> rules) {
    this.rules = rules;
  }

  /**
   * @param dialect what the account must speak; null where any will do
   * @throws Refused (FORBIDDEN) where the key is not for this model, (INVALID) without a model
   */
  public Route find(Caller caller, String model, @Nullable String dialect) {
    if (model.isEmpty()) {
      throw new Refused(
          Failure.of(Failure.Kind.INVALID, "The request names no model.").param("model"));
    }
    if (!caller.mayUse(model)) {
      throw new Refused(
          Failure.of(
                  Failure.Kind.FORBIDDEN,
                  "This API key is not for the model '" + model + "'; its owner can change that.")
              .code("model_not_allowed"));
    }
    RouteRules now = rules.get();
    List<String> behind = now.behind(model);
    List<Route.Leg> legs = new ArrayList<>(1);
    for (String name : now.serving(model)) {
      // Whoever may use an alias may use what stands behind it; what takes its place is another
      // model.
      if (behind.contains(name) || caller.mayUse(name)) {
        legs.add(new Route.Leg(name, dialect));
      }
    }
    return new Route(model, List.copyOf(legs));
  }

  /** The model that a name stands for, where all is well: its quota and its price count. */
  public String model(String name) {
    return rules.get().behind(name).getFirst();
  }

  /**
   * The names that a caller can use, in order: models, and aliases of them.
   *
   * @param served whether somebody serves a model for this caller
   */
  public SortedSet<String> names(
      Caller caller, SortedSet<String> models, Predicate<String> served) {
    RouteRules now = rules.get();
    SortedSet<String> names = new TreeSet<>(models);
    now.aliases()
        .forEach(
            (alias, behind) -> {
              if (caller.mayUse(alias) && behind.stream().anyMatch(served)) {
                names.add(alias);
              }
            });
    return names;
  }
}
