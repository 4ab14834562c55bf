package potluck.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.gateway.key.Caller;

/** From a caller and a model to a {@link ModelRoute}. Safe for use by many threads. */
public final class Router {
  private final Supplier<RouteRules> rules;

  /**
   * @param rules the operator's, as they are now
   */
  public Router(Supplier<RouteRules> rules) {
    this.rules = rules;
  }

  /**
   * @param dialect what the account must speak; null where any will do
   * @throws FailureException (FORBIDDEN) where the key is not for this model, (INVALID) without a
   *     model
   */
  public ModelRoute find(Caller caller, String model, @Nullable String dialect) {
    if (model.isEmpty()) {
      throw new FailureException(
          Failure.of(Failure.Kind.INVALID, "The request names no model.").param("model"));
    }
    if (!caller.mayUse(model)) {
      throw new FailureException(
          Failure.of(
                  Failure.Kind.FORBIDDEN,
                  "This API key is not for the model '" + model + "'; its owner can change that.")
              .code("model_not_allowed"));
    }
    RouteRules now = rules.get();
    List<String> behind = now.resolve(model);
    List<ModelRoute.Leg> legs = new ArrayList<>(1);
    for (String name : now.candidates(model)) {
      // Whoever may use an alias may use what stands behind it; what takes its place is another
      // model.
      if (behind.contains(name) || caller.mayUse(name)) {
        legs.add(new ModelRoute.Leg(name, dialect));
      }
    }
    return new ModelRoute(model, List.copyOf(legs));
  }

  /** The model that a name stands for, where all is well: its quota and its price count. */
  public String resolveModel(String name) {
    return rules.get().resolve(name).getFirst();
  }

  /**
   * The names that a caller can use, in order: models, and aliases of them.
   *
   * @param served whether somebody serves a model for this caller
   */
  public SortedSet<String> visibleNames(
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
