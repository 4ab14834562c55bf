package potluck.gateway.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a caller's request may be served: legs, tried in order. It is not an HTTP route. Immutable.
 *
 * @param model the model as the caller named it
 * @param legs at least one
 */
public record ModelRoute(String model, List<Leg> legs) {

  /**
   * One way to serve it.
   *
   * @param model the public name of the model that accounts are looked for with
   * @param dialect what the account must speak; null where any will do, because there is a
   *     translation
   */
  public record Leg(String model, @Nullable String dialect) {}
}
