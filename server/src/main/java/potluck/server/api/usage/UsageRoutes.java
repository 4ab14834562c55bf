package potluck.server.api.usage;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.meter.UsageQueries;
import potluck.gateway.meter.UsageQueries.Filter;
import potluck.gateway.meter.UsageQueries.Sum;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.TimeParser;

/** {@code /api/usage}: usage rows and sums. */
public final class UsageRoutes {
  private static final int MAX_MODELS = 50;
  private static final double MICROS = 1e6;

  private final UsageQueries usage;

  UsageRoutes(UsageQueries usage) {
    this.usage = usage;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/logs", AccessPolicy.USER, this::logs),
        new HttpRoute("GET", "/api/usage/requests/logs", AccessPolicy.USER, this::logs),
        new HttpRoute("GET", "/api/usage/stats", AccessPolicy.USER, this::stats),
        new HttpRoute("GET", "/api/usage/requests/stats", AccessPolicy.USER, this::stats));
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
      @Nullable String createdAt,
      @Nullable Long keyId,
      @Nullable String keyName,
      long writtenTokens,
      @Nullable Long waitedMs,
      boolean disputed,
      @Nullable Long reportedInputTokens,
      @Nullable Long reportedOutputTokens) {
    static Log of(UsageQueries.Row row) {
      return of(row, row.error());
    }

    /** The row for a reader: its error is in the language of the request. */
    static Log of(UsageQueries.Row row, Request request) {
      @Nullable String error = row.error();
      return of(row, error == null ? null : request.localizedFailure(error));
    }

    private static Log of(UsageQueries.Row row, @Nullable String error) {
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
          error,
          row.account(),
          row.quotaMicros() / MICROS,
          row.costMicros() == null ? null : row.costMicros() / MICROS,
          row.reportedMicros() == null ? null : row.reportedMicros() / MICROS,
          row.costDisputed(),
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
          ApiJson.offset(row.at()),
          row.keyId(),
          row.keyName(),
          row.written(),
          row.waitedMs(),
          row.disputed(),
          row.reportedInput(),
          row.reportedOutput());
    }
  }

  record Pagination(long limit, long offset, long total) {}

  /**
   * One page.
   *
   * @param nextCursor the value of {@code cursor} for the next page; null after the last
   */
  record Logs(List<Log> logs, Pagination pagination, @Nullable String nextCursor) {}

  private void logs(Request request) {
    long limit = request.query("limit", 50, 1, 200);
    long offset = request.query("offset", 0, 0, Integer.MAX_VALUE);
    Filter filter = filter(request);
    @Nullable String cursor = nonEmptyQuery(request, "cursor");
    UsageQueries.@Nullable Place after = cursor == null ? null : UsageCursor.parse(cursor);
    List<UsageQueries.Row> rows = usage.rows(filter, limit + 1, offset, after);
    boolean more = rows.size() > limit;
    List<UsageQueries.Row> page = more ? rows.subList(0, (int) limit) : rows;
    request.json(
        Envelope.data(
            new Logs(
                page.stream().map(row -> Log.of(row, request)).toList(),
                new Pagination(limit, offset, usage.count(filter)),
                more ? UsageCursor.of(page.getLast().place()) : null)));
  }

  private void stats(Request request) {
    Filter filter = filter(request);
    Sum all = usage.sums(filter, null, 1).getFirst();
    Map<String, Object> stats = new LinkedHashMap<>();
    Map<String, Object> range = new LinkedHashMap<>();
    range.put("start_date", ApiJson.offset(filter.from()));
    range.put("end_date", ApiJson.offset(filter.to()));
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
    for (Sum sum : usage.sums(filter, UsageQueries.Column.CONFIG_TYPE, Integer.MAX_VALUE)) {
      Map<String, Object> typeStats = sumFields(sum);
      typeStats.put("success_requests", sum.succeeded());
      typeStats.put("failed_requests", sum.requests() - sum.succeeded());
      byType.put(sum.label() == null || sum.label().isEmpty() ? "unknown" : sum.label(), typeStats);
    }
    stats.put("by_config_type", byType);
    Map<String, Object> byModel = new LinkedHashMap<>();
    for (Sum sum : usage.sums(filter, UsageQueries.Column.MODEL, MAX_MODELS)) {
      byModel.put(String.valueOf(sum.label()), sumFields(sum));
    }
    stats.put("by_model", byModel);
    request.json(Envelope.data(stats));
  }

  private static Map<String, Object> sumFields(Sum sum) {
    Map<String, Object> stats = new LinkedHashMap<>();
    stats.put("total_requests", sum.requests());
    stats.put("total_tokens", sum.input() + sum.output());
    stats.put("total_quota_consumed", sum.quotaMicros() / MICROS);
    stats.put("total_cost", sum.costMicros() / MICROS);
    return stats;
  }

  static Filter filter(Request request) {
    boolean all = request.isQueryOn("all");
    if (all && !request.caller().user().mayAudit()) {
      throw new ApiError(400, MessageKey.ALL_ONLY_FOR_ADMINISTRATORS);
    }
    @Nullable String app = nonEmptyQuery(request, "client");
    @Nullable String status = nonEmptyQuery(request, "status");
    boolean word = "ok".equals(status) || "failed".equals(status);
    @Nullable Boolean success =
        word ? Boolean.valueOf("ok".equals(status)) : request.booleanQuery("success");
    long key = request.query("key_id", -1, 0, Long.MAX_VALUE);
    return new Filter(
        all ? null : request.caller().user().id(),
        TimeParser.query(request, "start_date"),
        TimeParser.query(request, "end_date"),
        nonEmptyQuery(request, "config_type"),
        app == null ? nonEmptyQuery(request, "client_app") : app,
        success,
        nonEmptyQuery(request, "model_name"),
        key < 0 ? null : key,
        requestId(nonEmptyQuery(request, "request_id")),
        word ? null : httpStatus(status));
  }

  private static @Nullable UUID requestId(@Nullable String text) {
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new ApiError(422, MessageKey.NOT_A_REQUEST_ID);
    }
  }

  private static @Nullable Integer httpStatus(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!text.matches("[1-5][0-9][0-9]")) {
      throw new ApiError(422, MessageKey.INVALID_STATUS);
    }
    return Integer.valueOf(text);
  }

  /** An empty filter means any value. */
  private static @Nullable String nonEmptyQuery(Request request, String name) {
    @Nullable String text = request.query(name);
    return text == null || text.isEmpty() ? null : text;
  }
}
