package potluck.server.api.usage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.meter.UsageQueries;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Sums of usage by model, key, account, app or day, and as points of a chart. */
final class UsageAggregateRoutes {
  private static final int MAX_GROUPS = 1000;
  private static final int MAX_POINTS = 10_000;

  private final UsageQueries usage;

  UsageAggregateRoutes(UsageQueries usage) {
    this.usage = usage;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/by/{what}", AccessPolicy.USER, this::by),
        new HttpRoute("GET", "/api/usage/series", AccessPolicy.USER, this::series));
  }

  record Sum(
      @Nullable String label,
      long requests,
      long successRequests,
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      long writtenTokens,
      double cost,
      long unpricedRequests,
      double quotaConsumed,
      double avgDurationMs) {
    static Sum of(UsageQueries.Sum sum) {
      return new Sum(
          sum.label(),
          sum.requests(),
          sum.succeeded(),
          sum.input(),
          sum.output(),
          sum.cached(),
          sum.written(),
          sum.costMicros() / 1e6,
          sum.unpriced(),
          sum.quotaMicros() / 1e6,
          sum.averageMs());
    }
  }

  private void by(Request request) {
    UsageQueries.Column column =
        switch (request.value("what")) {
          case "model" -> UsageQueries.Column.MODEL;
          case "key" -> UsageQueries.Column.KEY;
          case "account" -> UsageQueries.Column.ACCOUNT;
          case "app" -> UsageQueries.Column.APP;
          case "day" -> UsageQueries.Column.DAY;
          case "user" -> user(request);
          default -> throw ApiError.notFound();
        };
    request.json(
        Envelope.data(
            usage.sums(UsageRoutes.filter(request), column, MAX_GROUPS).stream()
                .map(Sum::of)
                .toList()));
  }

  private static UsageQueries.Column user(Request request) {
    if (!request.caller().user().mayAudit()) {
      throw ApiError.notFound();
    }
    return UsageQueries.Column.USER;
  }

  private void series(Request request) {
    @Nullable String bucket = request.query("bucket");
    UsageQueries.Column column =
        switch (bucket == null ? "hour" : bucket.toLowerCase(Locale.ROOT)) {
          case "hour" -> UsageQueries.Column.HOUR;
          case "day" -> UsageQueries.Column.DAY;
          default -> throw new ApiError(422, MessageKey.INVALID_BUCKET);
        };
    List<Sum> points =
        new ArrayList<>(
            usage.sums(UsageRoutes.filter(request), column, MAX_POINTS).stream()
                .map(Sum::of)
                .toList());
    points.sort(Comparator.comparing(point -> String.valueOf(point.label())));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("bucket", column.name().toLowerCase(Locale.ROOT));
    answer.put("points", points);
    request.json(Envelope.data(answer));
  }
}
