package potluck.server.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.route.RouteBook;
import potluck.gateway.route.RouteRules;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** Names of the house's own for models, and what may take a model's place. */
final class RouteRuleRoutes {
  private final RouteBook book;
  private final Audit audit;

  RouteRuleRoutes(RouteBook book, Audit audit) {
    this.book = book;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/admin/routes", Policy.AUDIT, this::get),
        new Route("PUT", "/api/admin/routes", Policy.ADMIN, this::set));
  }

  /** Absent members leave nothing of the kind: what is put is all there is. */
  record Given(
      @Nullable Map<String, List<String>> aliases, @Nullable Map<String, List<String>> fallbacks) {}

  private void get(Request request) {
    RouteRules rules = book.rules();
    request.json(new Given(rules.aliases(), rules.fallbacks()));
  }

  private void set(Request request) {
    Given given = request.body(Given.class);
    RouteRules rules;
    try {
      rules =
          new RouteRules(
              given.aliases() == null ? Map.of() : given.aliases(),
              given.fallbacks() == null ? Map.of() : given.fallbacks());
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "路由设置无效：" + e.getMessage(), e.getMessage() + ".");
    }
    book.set(rules);
    request.audited(
        audit,
        "routes.set",
        "routes",
        rules.aliases().size() + " aliases, " + rules.fallbacks().size() + " fallbacks");
    get(request);
  }
}
