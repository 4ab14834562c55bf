package potluck.server.api.usage;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Users;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.Accounting;
import potluck.gateway.quota.Quotas;
import potluck.server.api.account.AccountForms;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Times;

/** What a user may still draw, and what was taken, as the origin's Plug-in API shows it. */
final class QuotaRoutes {
  private static final int MOST = 1000;
  private static final BigDecimal LEAST_GRANT = BigDecimal.valueOf(1, 6);
  private static final BigDecimal MOST_GRANT = BigDecimal.valueOf(1_000_000_000);
  private static final Duration YEAR = Duration.ofDays(365);

  private final Quotas quotas;
  private final Accounting accounting;
  private final Users users;
  private final Pool pool;
  private final Audit audit;
  private final InstantSource clock;

  QuotaRoutes(
      Quotas quotas,
      Accounting accounting,
      Users users,
      Pool pool,
      Audit audit,
      InstantSource clock) {
    this.audit = audit;
    this.users = users;
    this.pool = pool;
    this.clock = clock;
    this.quotas = quotas;
    this.accounting = accounting;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/plugin-api/quotas/user", Policy.USER, this::user),
        new Route("GET", "/api/plugin-api/quotas/consumption", Policy.USER, this::consumption),
        new Route(
            "GET", "/api/plugin-api/quotas/consumption/stats/{model+}", Policy.USER, this::ofModel),
        new Route("GET", "/api/usage/consumption", Policy.USER, this::consumption),
        new Route("POST", "/api/admin/users/{id}/grants", Policy.ADMIN, this::grant),
        new Route("GET", "/api/admin/ledger/verify", Policy.AUDIT, this::verify));
  }

  record Row(
      UUID poolId,
      String userId,
      String modelName,
      String quota,
      String maxQuota,
      String recoversPerHour,
      @Nullable String lastRecoveredAt,
      @Nullable String lastUpdatedAt) {}

  static List<Row> rows(Quotas quotas, Pool pool, Request request) {
    String user = request.caller().user().pluginId().toString();
    return quotas.of(request.caller().user().id(), pool.models(request.caller())).stream()
        .map(
            view ->
                new Row(
                    view.poolId(),
                    user,
                    view.group(),
                    Amounts.text(view.left()),
                    Amounts.text(view.ceiling()),
                    Amounts.text(view.rate()),
                    Json.millis(view.recoveredAt()),
                    Json.millis(view.updatedAt())))
        .toList();
  }

  private void user(Request request) {
    request.json(new UsageRoutes.Wrapped(true, rows(quotas, pool, request)));
  }

  record Taken(
      long logId,
      String userId,
      @Nullable String cookieId,
      String modelName,
      String quotaBefore,
      String quotaAfter,
      String quotaConsumed,
      int isShared,
      @Nullable String consumedAt) {}

  private void consumption(Request request) {
    String user = request.caller().user().pluginId().toString();
    List<Taken> rows =
        accounting
            .consumption(
                request.caller().user().id(),
                Times.of(request, "start_date"),
                Times.of(request, "end_date"),
                (int) request.query("limit", 100, 1, MOST))
            .stream()
            .map(
                row ->
                    new Taken(
                        row.id(),
                        user,
                        row.account(),
                        row.model(),
                        Amounts.text(row.before()),
                        Amounts.text(row.after()),
                        Amounts.text(row.consumed()),
                        row.shared() ? 1 : 0,
                        Json.millis(row.at())))
            .toList();
    request.json(new UsageRoutes.Wrapped(true, rows));
  }

  record OfModel(
      long totalRequests,
      BigDecimal totalQuotaConsumed,
      BigDecimal avgQuotaConsumed,
      @Nullable String lastUsedAt) {}

  private void ofModel(Request request) {
    Accounting.OfModel taken =
        accounting.totals(request.caller().user().id(), request.value("model"));
    request.json(
        new UsageRoutes.Wrapped(
            true,
            new OfModel(
                taken.requests(),
                Amounts.number(taken.consumed()),
                Amounts.number(taken.requests() == 0 ? 0 : taken.consumed() / taken.requests()),
                Json.millis(taken.lastAt()))));
  }

  record Grant(
      @Nullable String modelName,
      @Nullable BigDecimal quota,
      @Nullable String expiresAt,
      @Nullable String why) {}

  /** Prepaid quota, spent last. */
  private void grant(Request request) {
    Grant grant = request.body(Grant.class);
    long user = users.find(request.number("id")).orElseThrow(ApiError::notFound).id();
    BigDecimal amount = grant.quota();
    @Nullable String model = grant.modelName();
    if (model == null
        || model.isBlank()
        || model.length() > AccountForms.LONGEST_MODEL
        || amount == null
        || amount.compareTo(LEAST_GRANT) < 0
        || amount.compareTo(MOST_GRANT) > 0) {
      throw new ApiError(
          422,
          "需要 model_name 和大于 0 的 quota",
          "model_name and a quota above 0 and up to 1,000,000,000 are needed.");
    }
    @Nullable Instant wanted = Times.parse("expires_at", grant.expiresAt());
    if (wanted != null && !wanted.isAfter(clock.instant())) {
      throw new ApiError(422, "expires_at 必须在将来", "expires_at must be in the future.");
    }
    Instant expires = wanted == null ? clock.instant().plus(YEAR) : wanted;
    quotas.grant(
        user,
        model,
        amount.movePointRight(6).longValue(),
        expires,
        grant.why() == null ? "granted" : grant.why());
    request.audited(audit, "user.grant", "user " + user, amount + " of " + model);
    request.json(
        201,
        new UsageRoutes.Wrapped(true, Map.of("expires_at", String.valueOf(Json.offset(expires)))));
  }

  private void verify(Request request) {
    List<String> wrong = accounting.verify();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", wrong.isEmpty());
    answer.put("wrong", wrong);
    request.json(answer);
  }
}
