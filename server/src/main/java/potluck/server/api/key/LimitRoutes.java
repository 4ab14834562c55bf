package potluck.server.api.key;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.quota.Budget;
import potluck.gateway.quota.LimitReport;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.LimitStore.Scope;
import potluck.gateway.quota.Teams;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** Limits that an administrator sets for a user, over all keys of the user. */
final class LimitRoutes {
  private final Users users;
  private final ApiKeys keys;
  private final Teams teams;
  private final LimitStore limits;
  private final LimitReport report;
  private final Audit audit;

  LimitRoutes(
      Users users, ApiKeys keys, Teams teams, LimitStore limits, LimitReport report, Audit audit) {
    this.keys = keys;
    this.teams = teams;
    this.report = report;
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

  /**
   * How much of a limit is used.
   *
   * @param of user, key or team
   * @param what requests, tokens, usd or concurrency
   * @param per minute, hour, day, week, month or total; null for concurrency
   * @param used in the unit of the limit
   */
  record LimitUse(
      String of,
      long id,
      @Nullable String name,
      String what,
      @Nullable String per,
      Number used,
      Number limit,
      @Nullable String resetAt) {}

  /** The user's limits by name, and in {@code limits} how much is used of all that apply. */
  private void own(Request request) {
    User user = request.caller().user();
    List<ApiKey> own = keys.findByUser(user.id());
    List<LimitUse> uses =
        report.of(user.id(), own.stream().map(ApiKey::id).toList()).stream()
            .map(use -> show(use, user, own))
            .toList();
    Map<String, Object> answer =
        new LinkedHashMap<>(limits.of(new LimitOwner(Scope.USER, user.id())).toMap());
    answer.put("limits", uses);
    request.json(answer);
  }

  private LimitUse show(LimitReport.Use use, User user, List<ApiKey> own) {
    LimitOwner owner = use.owner();
    @Nullable Budget budget = use.budget();
    return new LimitUse(
        owner.scope().name().toLowerCase(Locale.ROOT),
        owner.id(),
        switch (owner.scope()) {
          case USER -> user.username();
          case KEY ->
              own.stream()
                  .filter(key -> key.id() == owner.id())
                  .findFirst()
                  .map(ApiKey::name)
                  .orElse(null);
          case TEAM -> teams.find(owner.id()).map(Teams.Team::name).orElse(null);
        },
        budget == null ? "concurrency" : budget.unit().name().toLowerCase(Locale.ROOT),
        budget == null ? null : budget.window().name().toLowerCase(Locale.ROOT),
        amount(budget, use.used()),
        amount(budget, use.max()),
        ApiJson.seconds(use.resetAt()));
  }

  private static Number amount(@Nullable Budget budget, long value) {
    return budget != null && budget.unit() == Budget.Unit.USD
        ? BigDecimal.valueOf(value, 6)
        : (Number) value;
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
