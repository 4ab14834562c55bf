package potluck.server.api.usage;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.meter.Usage;
import potluck.gateway.meter.Usage.Filter;
import potluck.gateway.meter.Usage.Sum;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Times;

/** {@code /api/usage}: what was used, row by row and in sums. */
public final class UsageRoutes {
  private static final int MOST_MODELS = 50;
  private static final double MICROS = 1e6;

  private final Usage usage;

  UsageRoutes(Usage usage) {
    this.usage = usage;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/usage/logs", Policy.USER, this::logs),
        new Route("GET", "/api/usage/requests/logs", Policy.USER, this::logs),
        new Route("GET", "/api/usage/stats", Policy.USER, this::stats),
        new Route("GET", "/api/usage/requests/stats", Policy.USER, this::stats));
  }

  record Log(
      long id,
      UUID requestId,
      @Nullable String clientRequestId,
      long userId,
      String endpoint,
      String method,
      String modelName,
      @Nullable String configType,
      @Nullable String clientApp,
      boolean stream,
      boolean success,
      boolean estimated,
      int statusCode,
      @Nullable String errorMessage,
      @Nullable String cookieId,
      double quotaConsumed,
      @Nullable Double cost,
      @Nullable Double reportedCost,
      boolean costDisputed,
      long inputTokens,
      long cachedTokens,
      long outputTokens,
      long reasoningTokens,
      long totalTokens,
      @Nullable Long firstByteMs,
      long durationMs,
      @JsonRawValue String attempts,
      @Nullable String ttsVoiceId,
      @Nullable String ttsAccountId,
      @Nullable String createdAt) {
    static Log of(Usage.Row row) {
      return new Log(
          row.id(),
          row.requestId(),
          row.clientRequestId(),
          row.userId(),
          row.endpoint(),
          row.method(),
          row.model(),
          row.configType(),
          row.clientApp(),
          row.stream(),
          row.success(),
          row.estimated(),
          row.status(),
          row.error(),
          row.account(),
          row.quotaMicros() / MICROS,
          row.costMicros() == null ? null : row.costMicros() / MICROS,
          row.reportedMicros() == null ? null : row.reportedMicros() / MICROS,
          row.disputed(),
          row.input(),
          row.cached(),
          row.output(),
          row.reasoning(),
          row.input() + row.output(),
          row.firstByteMs(),
          row.durationMs(),
          row.attempts(),
          null,
          null,
          Json.offset(row.at()));
    }
  }

  record Pagination(long limit, long offset, long total) {}

  record Logs(List<Log> logs, Pagination pagination) {}

  /** What the origin wraps its answers in. */
  public record Wrapped(boolean success, Object data) {}

  private void logs(Request request) {
    long limit = request.query("limit", 50, 1, 200);
    long offset = request.query("offset", 0, 0, Integer.MAX_VALUE);
    Filter filter = filter(request);
    List<Log> logs = usage.rows(filter, limit, offset).stream().map(Log::of).toList();
    request.json(
        new Wrapped(true, new Logs(logs, new Pagination(limit, offset, usage.count(filter)))));
  }

  private void stats(Request request) {
    Filter filter = filter(request);
    Sum all = usage.sums(filter, null, 1).getFirst();
    Map<String, Object> stats = new LinkedHashMap<>();
    Map<String, Object> range = new LinkedHashMap<>();
    range.put("start_date", Json.offset(filter.from()));
    range.put("end_date", Json.offset(filter.to()));
    stats.put("range", range);
    stats.put("config_type", filter.configType());
    stats.put("total_requests", all.requests());
    stats.put("success_requests", all.succeeded());
    stats.put("failed_requests", all.requests() - all.succeeded());
    stats.put("input_tokens", all.input());
    stats.put("output_tokens", all.output());
    stats.put("cached_tokens", all.cached());
    stats.put("total_tokens", all.input() + all.output());
    stats.put("total_quota_consumed", all.quotaMicros() / MICROS);
    stats.put("total_cost", all.costMicros() / MICROS);
    stats.put("unpriced_requests", all.unpriced());
    stats.put("avg_duration_ms", all.averageMs());
    Map<String, Object> byType = new LinkedHashMap<>();
    for (Sum sum : usage.sums(filter, Usage.Column.CONFIG_TYPE, Integer.MAX_VALUE)) {
      Map<String, Object> figures = figures(sum);
      figures.put("success_requests", sum.succeeded());
      figures.put("failed_requests", sum.requests() - sum.succeeded());
      byType.put(sum.label() == null || sum.label().isEmpty() ? "unknown" : sum.label(), figures);
    }
    stats.put("by_config_type", byType);
    Map<String, Object> byModel = new LinkedHashMap<>();
    for (Sum sum : usage.sums(filter, Usage.Column.MODEL, MOST_MODELS)) {
      byModel.put(String.valueOf(sum.label()), figures(sum));
    }
    stats.put("by_model", byModel);
    request.json(new Wrapped(true, stats));
  }

  private static Map<String, Object> figures(Sum sum) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("total_requests", sum.requests());
    figures.put("total_tokens", sum.input() + sum.output());
    figures.put("total_quota_consumed", sum.quotaMicros() / MICROS);
    figures.put("total_cost", sum.costMicros() / MICROS);
    return figures;
  }

  static Filter filter(Request request) {
    boolean all = request.on("all");
    if (all && !request.caller().user().mayAudit()) {
      throw new ApiError(400, "只有管理员可以使用 all=1", "Only an administrator may use all=1.");
    }
    return new Filter(
        all ? null : request.caller().user().id(),
        Times.of(request, "start_date"),
        Times.of(request, "end_date"),
        word(request, "config_type"),
        word(request, "client_app"),
        request.truth("success"),
        word(request, "model_name"));
  }

  /** A form that was left empty sends an empty filter, and means any. */
  private static @Nullable String word(Request request, String name) {
    @Nullable String text = request.query(name);
    return text == null || text.isEmpty() ? null : text;
  }
}
