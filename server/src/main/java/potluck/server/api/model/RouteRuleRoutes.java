package potluck.server.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.route.RouteRuleStore;
import potluck.gateway.route.RouteRules;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Aliases and fallbacks of models. */
final class RouteRuleRoutes {
  private final RouteRuleStore book;
  private final Audit audit;

  RouteRuleRoutes(RouteRuleStore book, Audit audit) {
    this.book = book;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/routes", AccessPolicy.AUDIT, this::get),
        new HttpRoute("PUT", "/api/admin/routes", AccessPolicy.ADMIN, this::set));
  }

  /** The body replaces all rules; an absent member removes its rules. */
  record RouteRulesBody(
      @Nullable Map<String, List<String>> aliases, @Nullable Map<String, List<String>> fallbacks) {}

  private void get(Request request) {
    RouteRules rules = book.rules();
    request.json(new RouteRulesBody(rules.aliases(), rules.fallbacks()));
  }

  private void set(Request request) {
    RouteRulesBody given = request.body(RouteRulesBody.class);
    RouteRules rules;
    try {
      rules =
          new RouteRules(
              given.aliases() == null ? Map.of() : given.aliases(),
              given.fallbacks() == null ? Map.of() : given.fallbacks());
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, MessageKey.INVALID_ROUTE_RULE, e.getMessage());
    }
    book.set(rules);
    request.audit(
        audit,
        "routes.set",
        "routes",
        rules.aliases().size() + " aliases, " + rules.fallbacks().size() + " fallbacks");
    get(request);
  }
}
