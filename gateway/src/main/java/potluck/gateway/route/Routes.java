package potluck.gateway.route;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Refused;
import potluck.gateway.key.Caller;

/** From a caller and a model to a {@link Route}. Safe for use by many threads. */
public final class Routes {

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
    return new Route(model, List.of(new Route.Leg(model, dialect)));
  }
}
