package potluck.server.api.usage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.meter.Usage;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** Sums of usage: by model, key, account, app or day, and as points of a chart. */
final class UsageSumRoutes {
  private static final int MOST_GROUPS = 1000;
  private static final int MOST_POINTS = 10_000;

  private final Usage usage;

  UsageSumRoutes(Usage usage) {
    this.usage = usage;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/usage/by/{what}", Policy.USER, this::by),
        new Route("GET", "/api/usage/series", Policy.USER, this::series));
  }

  record Sum(
      @Nullable String label,
      long requests,
      long successRequests,
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      double cost,
      long unpricedRequests,
      double quotaConsumed,
      double avgDurationMs) {
    static Sum of(Usage.Sum sum) {
      return new Sum(
          sum.label(),
          sum.requests(),
          sum.succeeded(),
          sum.input(),
          sum.output(),
          sum.cached(),
          sum.costMicros() / 1e6,
          sum.unpriced(),
          sum.quotaMicros() / 1e6,
          sum.averageMs());
    }
  }

  private void by(Request request) {
    Usage.Column column =
        switch (request.value("what")) {
          case "model" -> Usage.Column.MODEL;
          case "key" -> Usage.Column.KEY;
          case "account" -> Usage.Column.ACCOUNT;
          case "app" -> Usage.Column.APP;
          case "day" -> Usage.Column.DAY;
          case "user" -> user(request);
          default -> throw ApiError.notFound();
        };
    request.json(
        new UsageRoutes.Wrapped(
            true,
            usage.sums(UsageRoutes.filter(request), column, MOST_GROUPS).stream()
                .map(Sum::of)
                .toList()));
  }

  private static Usage.Column user(Request request) {
    if (!request.caller().user().mayAudit()) {
      throw ApiError.notFound();
    }
    return Usage.Column.USER;
  }

  private void series(Request request) {
    @Nullable String bucket = request.query("bucket");
    Usage.Column column =
        switch (bucket == null ? "hour" : bucket.toLowerCase(Locale.ROOT)) {
          case "hour" -> Usage.Column.HOUR;
          case "day" -> Usage.Column.DAY;
          default ->
              throw new ApiError(422, "bucket 必须是 hour 或 day", "bucket must be hour or day.");
        };
    List<Sum> points =
        new ArrayList<>(
            usage.sums(UsageRoutes.filter(request), column, MOST_POINTS).stream()
                .map(Sum::of)
                .toList());
    points.sort(java.util.Comparator.comparing(point -> String.valueOf(point.label())));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("bucket", column.name().toLowerCase(Locale.ROOT));
    answer.put("points", points);
    request.json(new UsageRoutes.Wrapped(true, answer));
  }
}
