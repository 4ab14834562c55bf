package potluck.gateway.meter;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.longOrNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Queries of the posted usage. Sums are computed from the rows. Thread-safe. */
public final class UsageQueries {
  private final Jdbi jdbi;

  public UsageQueries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Selects rows; null means any.
   *
   * @param userId null selects all users' rows, for administrators only
   */
  public record Filter(
      @Nullable Long userId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String configType,
      @Nullable String clientApp,
      @Nullable Boolean success,
      @Nullable String model) {}

  /** One request. */
  public record Row(
      long id,
      UUID requestId,
      @Nullable String clientRequestId,
      long userId,
      String endpoint,
      String method,
      String model,
      @Nullable String configType,
      @Nullable String clientApp,
      boolean stream,
      boolean success,
      boolean estimated,
      int status,
      @Nullable String error,
      @Nullable String account,
      long input,
      long cached,
      long output,
      long reasoning,
      long quotaMicros,
      @Nullable Long costMicros,
      @Nullable Long reportedMicros,
      boolean disputed,
      @Nullable Long firstByteMs,
      long durationMs,
      String attempts,
      Instant at) {}

  /**
   * Sums over rows with the same label; the label is null for the sum of all rows.
   *
   * @param costMicros cost in micro-USD of the rows whose model has a price
   * @param unpriced number of rows whose model has no price
   */
  public record Sum(
      @Nullable String label,
      long requests,
      long succeeded,
      long input,
      long output,
      long cached,
      long quotaMicros,
      long costMicros,
      long unpriced,
      double averageMs) {}

  public List<Row> rows(Filter filter, long limit, long offset) {
    return jdbi.withHandle(
        handle -> {
          Query query =
              handle.createQuery(
                  "SELECT * FROM usage WHERE "
                      + where(filter)
                      + " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset");
          return bind(query, filter)
              .bind("limit", limit)
              .bind("offset", offset)
              .map((rs, _) -> row(rs))
              .list();
        });
  }

  /**
   * Passes all rows to a consumer, oldest first, in constant memory.
   *
   * @param fetchSize rows fetched at a time
   */
  public void forEachRow(Filter filter, int fetchSize, Consumer<Row> sink) {
    jdbi.useTransaction(
        handle -> {
          Query query =
              handle.createQuery(
                  "SELECT * FROM usage WHERE " + where(filter) + " ORDER BY created_at, id");
          try (var rows =
              bind(query, filter).setFetchSize(fetchSize).map((rs, _) -> row(rs)).iterator()) {
            rows.forEachRemaining(sink);
          }
        });
  }

  public long count(Filter filter) {
    return sums(filter, null, 1).getFirst().requests();
  }

  /**
   * @param column the column to group by; null for one sum
   * @param max maximum number of groups; those with most requests come first
   */
  public List<Sum> sums(Filter filter, @Nullable Column column, int max) {
    String label = column == null ? "NULL::text" : column.sql;
    return jdbi.withHandle(
        handle -> {
          Query query =
              handle.createQuery(
                  "SELECT "
                      + label
                      + """
                       AS label, count(*) AS requests, count(*) FILTER (WHERE success) AS succeeded,
                         coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output,
                         coalesce(sum(cached_tokens), 0) AS cached,
                         coalesce(sum(quota_consumed), 0) AS quota,
                         coalesce(sum(cost_micros), 0)::bigint AS cost,
                         count(*) FILTER (WHERE cost_micros IS NULL) AS unpriced, coalesce(avg(duration_ms), 0) AS average
                      FROM usage WHERE
                      """
                      + where(filter)
                      + (column == null ? "" : " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT " + max));
          return bind(query, filter)
              .map(
                  (rs, _) ->
                      new Sum(
                          rs.getString("label"),
                          rs.getLong("requests"),
                          rs.getLong("succeeded"),
                          rs.getLong("input"),
                          rs.getLong("output"),
                          rs.getLong("cached"),
                          rs.getLong("quota"),
                          rs.getLong("cost"),
                          rs.getLong("unpriced"),
                          rs.getDouble("average")))
              .list();
        });
  }

  /** Columns that sums may be grouped by. */
  public enum Column {
    CONFIG_TYPE("coalesce(config_type, '')"),
    MODEL("model_name"),
    KEY("coalesce(key_id::text, '')"),
    ACCOUNT("coalesce(cookie_id, '')"),
    APP("coalesce(client_app, '')"),
    USER("user_id::text"),
    HOUR(
        "to_char(date_trunc('hour', created_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"),
    DAY(
        "to_char(date_trunc('day', created_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");

    private final String sql;

    Column(String sql) {
      this.sql = sql;
    }
  }

  private static String where(Filter filter) {
    List<String> terms = new ArrayList<>();
    terms.add("true");
    add(terms, filter.userId(), "user_id = :user");
    add(terms, filter.from(), "created_at >= :from");
    add(terms, filter.to(), "created_at <= :to");
    add(terms, filter.configType(), "config_type = :type");
    add(terms, filter.clientApp(), "client_app = :app");
    add(terms, filter.success(), "success = :success");
    add(terms, filter.model(), "model_name = :model");
    return String.join(" AND ", terms);
  }

  private static void add(List<String> terms, @Nullable Object value, String term) {
    if (value != null) {
      terms.add(term);
    }
  }

  private static Query bind(Query query, Filter filter) {
    if (filter.userId() != null) {
      query.bind("user", filter.userId());
    }
    if (filter.from() != null) {
      query.bind("from", filter.from());
    }
    if (filter.to() != null) {
      query.bind("to", filter.to());
    }
    if (filter.configType() != null) {
      query.bind("type", filter.configType());
    }
    if (filter.clientApp() != null) {
      query.bind("app", filter.clientApp());
    }
    if (filter.success() != null) {
      query.bind("success", filter.success());
    }
    if (filter.model() != null) {
      query.bind("model", filter.model());
    }
    return query;
  }

  private static Row row(ResultSet rs) throws SQLException {
    return new Row(
        rs.getLong("id"),
        rs.getObject("request_id", UUID.class),
        rs.getString("client_request_id"),
        rs.getLong("user_id"),
        rs.getString("endpoint"),
        rs.getString("method"),
        rs.getString("model_name"),
        rs.getString("config_type"),
        rs.getString("client_app"),
        rs.getBoolean("stream"),
        rs.getBoolean("success"),
        rs.getBoolean("estimated"),
        rs.getInt("status_code"),
        rs.getString("error_message"),
        rs.getString("cookie_id"),
        rs.getLong("input_tokens"),
        rs.getLong("cached_tokens"),
        rs.getLong("output_tokens"),
        rs.getLong("reasoning_tokens"),
        rs.getLong("quota_consumed"),
        longOrNull(rs, "cost_micros"),
        longOrNull(rs, "reported_cost_micros"),
        rs.getBoolean("cost_disputed"),
        longOrNull(rs, "first_byte_ms"),
        rs.getLong("duration_ms"),
        rs.getString("attempts"),
        instant(rs, "created_at"));
  }
}
