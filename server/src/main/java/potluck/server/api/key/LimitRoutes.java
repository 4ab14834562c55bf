package potluck.server.api.key;

import java.util.List;
import java.util.Map;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Users;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.LimitStore.Scope;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** Limits that an administrator sets for a user, over all keys of the user. */
final class LimitRoutes {
  private final Users users;
  private final LimitStore limits;
  private final Audit audit;

  LimitRoutes(Users users, LimitStore limits, Audit audit) {
    this.audit = audit;
    this.users = users;
    this.limits = limits;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/limits", AccessPolicy.USER, this::own),
        new HttpRoute("GET", "/api/admin/users/{id}/limits", AccessPolicy.AUDIT, this::get),
        new HttpRoute("PUT", "/api/admin/users/{id}/limits", AccessPolicy.ADMIN, this::set));
  }

  private void own(Request request) {
    request.json(limits.of(new LimitOwner(Scope.USER, request.caller().user().id())).toMap());
  }

  private void get(Request request) {
    request.json(limits.of(scopeOf(request)).toMap());
  }

  private void set(Request request) {
    LimitOwner owner = scopeOf(request);
    @SuppressWarnings("unchecked")
    Map<String, Object> given = request.body(Map.class);
    limits.set(owner, ApiKeyRoutes.limits(given));
    request.audit(audit, "user.limits", "user " + owner.id(), String.valueOf(given));
    get(request);
  }

  private LimitOwner scopeOf(Request request) {
    long id = request.number("id");
    return new LimitOwner(Scope.USER, users.find(id).orElseThrow(ApiError::notFound).id());
  }
}
