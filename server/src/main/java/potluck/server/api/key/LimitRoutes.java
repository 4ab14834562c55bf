package potluck.server.api.key;

import java.util.List;
import java.util.Map;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Users;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.LimitBook.Scope;
import potluck.gateway.quota.LimitBook.Whose;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** Limits that an administrator sets for a user, over all of the user's keys. */
final class LimitRoutes {
  private final Users users;
  private final LimitBook limits;
  private final Audit audit;

  LimitRoutes(Users users, LimitBook limits, Audit audit) {
    this.audit = audit;
    this.users = users;
    this.limits = limits;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/usage/limits", Policy.USER, this::own),
        new Route("GET", "/api/admin/users/{id}/limits", Policy.AUDIT, this::get),
        new Route("PUT", "/api/admin/users/{id}/limits", Policy.ADMIN, this::set));
  }

  private void own(Request request) {
    request.json(limits.of(new Whose(Scope.USER, request.caller().user().id())).shown());
  }

  private void get(Request request) {
    request.json(limits.of(whose(request)).shown());
  }

  private void set(Request request) {
    Whose whose = whose(request);
    @SuppressWarnings("unchecked")
    Map<String, Object> given = request.body(Map.class);
    limits.set(whose, ApiKeyRoutes.limits(given));
    request.audited(audit, "user.limits", "user " + whose.id(), String.valueOf(given));
    get(request);
  }

  private Whose whose(Request request) {
    long id = request.number("id");
    return new Whose(Scope.USER, users.find(id).orElseThrow(ApiError::notFound).id());
  }
}
