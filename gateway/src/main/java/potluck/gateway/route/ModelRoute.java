package potluck.gateway.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request may be served: legs that are tried in order. It is not an HTTP route. Immutable.
 *
 * @param model the model as the caller named it
 * @param legs at least one
 */
public record ModelRoute(String model, List<Leg> legs) {

  /**
   * One way to serve the request.
   *
   * @param model the public name of the model that an account must serve
   * @param dialect the dialect that the account must speak; null if any will do, because requests
   *     can be translated
   */
  public record Leg(String model, @Nullable String dialect) {}
}
