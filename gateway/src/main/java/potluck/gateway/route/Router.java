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

/** Finds the {@link ModelRoute} of a caller's request for a model. Thread-safe. */
public final class Router {
  private final Supplier<RouteRules> rules;

  /**
   * @param rules supplies the operator's current rules
   */
  public Router(Supplier<RouteRules> rules) {
    this.rules = rules;
  }

  /**
   * @param dialect the dialect that the account must speak; null if any will do
   * @throws FailureException FORBIDDEN if the key may not use this model, INVALID if no model is
   *     named
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
    List<String> models = now.resolve(model);
    List<ModelRoute.Leg> legs = new ArrayList<>(1);
    for (String name : now.candidates(model)) {
      // A key that may use an alias may use the models behind it, but a fallback is another model.
      if (models.contains(name) || caller.mayUse(name)) {
        legs.add(new ModelRoute.Leg(name, dialect));
      }
    }
    return new ModelRoute(model, List.copyOf(legs));
  }

  /** The first model that a name stands for; its quota and its price count. */
  public String resolveModel(String name) {
    return rules.get().resolve(name).getFirst();
  }

  /**
   * The names that a caller can use, sorted: models, and aliases of served models.
   *
   * @param served whether an account serves a model for this caller
   */
  public SortedSet<String> visibleNames(
      Caller caller, SortedSet<String> models, Predicate<String> served) {
    RouteRules now = rules.get();
    SortedSet<String> names = new TreeSet<>(models);
    now.aliases()
        .forEach(
            (alias, targets) -> {
              if (caller.mayUse(alias) && targets.stream().anyMatch(served)) {
                names.add(alias);
              }
            });
    return names;
  }
}
