package potluck.server.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.quota.Accounting;
import potluck.gateway.quota.Quotas;

/** What a user may still draw, and what was taken, as the origin's Plug-in API shows it. */
final class QuotaRoutes {
  private static final int MOST = 1000;

  private final Quotas quotas;
  private final Accounting accounting;

  QuotaRoutes(Quotas quotas, Accounting accounting) {
    this.quotas = quotas;
    this.accounting = accounting;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/plugin-api/quotas/user", Policy.USER, this::user),
        new Route("GET", "/api/plugin-api/quotas/consumption", Policy.USER, this::consumption),
        new Route("GET", "/api/usage/consumption", Policy.USER, this::consumption),
        new Route("GET", "/api/admin/ledger/verify", Policy.ADMIN, this::verify));
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

  static List<Row> rows(Quotas quotas, Request request) {
    String user = request.caller().user().pluginId().toString();
    return quotas.of(request.caller().user().id()).stream()
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
    request.json(new UsageRoutes.Wrapped(true, rows(quotas, request)));
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

  private void verify(Request request) {
    List<String> wrong = accounting.verify();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", wrong.isEmpty());
    answer.put("wrong", wrong);
    request.json(answer);
  }
}
