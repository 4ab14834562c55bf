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
import potluck.gateway.quota.LedgerQueries;
import potluck.gateway.quota.Quotas;
import potluck.server.api.account.AccountValidator;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.TimeParser;

/** A user's quota and consumption in the format of AntiHub's Plug-in API. */
final class QuotaRoutes {
  private static final int MAX_ROWS = 1000;
  private static final BigDecimal MIN_GRANT = BigDecimal.valueOf(1, 6);
  private static final BigDecimal MAX_GRANT = BigDecimal.valueOf(1_000_000_000);
  private static final Duration YEAR = Duration.ofDays(365);

  private final Quotas quotas;
  private final LedgerQueries accounting;
  private final Users users;
  private final Pool pool;
  private final Audit audit;
  private final InstantSource clock;

  QuotaRoutes(
      Quotas quotas,
      LedgerQueries accounting,
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

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/plugin-api/quotas/user", AccessPolicy.USER, this::quotasOfUser),
        new HttpRoute(
            "GET", "/api/plugin-api/quotas/consumption", AccessPolicy.USER, this::consumption),
        new HttpRoute(
            "GET",
            "/api/plugin-api/quotas/consumption/stats/{model+}",
            AccessPolicy.USER,
            this::modelStats),
        new HttpRoute("GET", "/api/usage/consumption", AccessPolicy.USER, this::consumption),
        new HttpRoute("POST", "/api/admin/users/{id}/grants", AccessPolicy.ADMIN, this::grant),
        new HttpRoute("GET", "/api/admin/ledger/verify", AccessPolicy.AUDIT, this::verify));
  }

  record QuotaRow(
      UUID poolId,
      String userId,
      String modelName,
      String quota,
      String maxQuota,
      String recoversPerHour,
      @Nullable String lastRecoveredAt,
      @Nullable String lastUpdatedAt) {}

  static List<QuotaRow> rows(Quotas quotas, Pool pool, Request request) {
    String user = request.caller().user().pluginId().toString();
    return quotas.findByUser(request.caller().user().id(), pool.models(request.caller())).stream()
        .map(
            view ->
                new QuotaRow(
                    view.poolId(),
                    user,
                    view.group(),
                    QuotaAmounts.text(view.left()),
                    QuotaAmounts.text(view.ceiling()),
                    QuotaAmounts.text(view.rate()),
                    ApiJson.millis(view.recoveredAt()),
                    ApiJson.millis(view.updatedAt())))
        .toList();
  }

  private void quotasOfUser(Request request) {
    request.json(Envelope.data(rows(quotas, pool, request)));
  }

  record ConsumptionRow(
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
    List<ConsumptionRow> rows =
        accounting
            .consumption(
                request.caller().user().id(),
                TimeParser.query(request, "start_date"),
                TimeParser.query(request, "end_date"),
                (int) request.query("limit", 100, 1, MAX_ROWS))
            .stream()
            .map(
                row ->
                    new ConsumptionRow(
                        row.id(),
                        user,
                        row.account(),
                        row.model(),
                        QuotaAmounts.text(row.before()),
                        QuotaAmounts.text(row.after()),
                        QuotaAmounts.text(row.consumed()),
                        row.shared() ? 1 : 0,
                        ApiJson.millis(row.at())))
            .toList();
    request.json(Envelope.data(rows));
  }

  record ModelStats(
      long totalRequests,
      BigDecimal totalQuotaConsumed,
      BigDecimal avgQuotaConsumed,
      @Nullable String lastUsedAt) {}

  private void modelStats(Request request) {
    LedgerQueries.ModelTotals taken =
        accounting.totals(request.caller().user().id(), request.value("model"));
    request.json(
        Envelope.data(
            new ModelStats(
                taken.requests(),
                QuotaAmounts.number(taken.consumed()),
                QuotaAmounts.number(
                    taken.requests() == 0 ? 0 : taken.consumed() / taken.requests()),
                ApiJson.millis(taken.lastAt()))));
  }

  record GrantRequest(
      @Nullable String modelName,
      @Nullable BigDecimal quota,
      @Nullable String expiresAt,
      @Nullable String why) {}

  /** Adds prepaid quota, which is spent last. */
  private void grant(Request request) {
    GrantRequest grant = request.body(GrantRequest.class);
    long user = users.find(request.number("id")).orElseThrow(ApiError::notFound).id();
    BigDecimal amount = grant.quota();
    @Nullable String model = grant.modelName();
    if (model == null
        || model.isBlank()
        || model.length() > AccountValidator.MAX_MODEL_LENGTH
        || amount == null
        || amount.compareTo(MIN_GRANT) < 0
        || amount.compareTo(MAX_GRANT) > 0) {
      throw new ApiError(422, MessageKey.INVALID_QUOTA_GRANT);
    }
    @Nullable Instant wanted = TimeParser.parse("expires_at", grant.expiresAt());
    if (wanted != null && !wanted.isAfter(clock.instant())) {
      throw new ApiError(422, MessageKey.EXPIRES_AT_IN_THE_PAST);
    }
    Instant expires = wanted == null ? clock.instant().plus(YEAR) : wanted;
    quotas.grant(
        user,
        model,
        amount.movePointRight(6).longValue(),
        expires,
        grant.why() == null ? "granted" : grant.why());
    request.audit(audit, "user.grant", "user " + user, amount + " of " + model);
    request.json(201, Envelope.data(Map.of("expires_at", String.valueOf(ApiJson.offset(expires)))));
  }

  private void verify(Request request) {
    List<String> wrong = accounting.verify();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", wrong.isEmpty());
    answer.put("wrong", wrong);
    request.json(answer);
  }
}
