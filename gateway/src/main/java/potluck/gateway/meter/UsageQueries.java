package potluck.gateway.meter;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.longOrNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import potluck.gateway.decision.DecisionJson;

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
   * @param status the HTTP status that the caller received
   */
  public record Filter(
      @Nullable Long userId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String configType,
      @Nullable String clientApp,
      @Nullable Boolean success,
      @Nullable String model,
      @Nullable Long keyId,
      @Nullable UUID requestId,
      @Nullable Integer status) {
    /** Selects one request. */
    public static Filter ofRequest(@Nullable Long userId, UUID requestId) {
      return new Filter(userId, null, null, null, null, null, null, null, requestId, null);
    }
  }

  /** The place of a row in the list, newest first. */
  public record Place(Instant at, long id) {}

  /**
   * One request.
   *
   * @param keyName the current name of the key; null if it has none or was deleted
   * @param written tokens written to a prompt cache
   * @param costDisputed whether the cost that the provider reported is far from ours
   * @param disputed whether a token count of the upstream was not believed
   * @param reportedInput the input that it counted, if disputed; null otherwise
   * @param reportedOutput the output that it counted, if disputed; null otherwise
   * @param waitedMs how long it waited for an account; null for rows of earlier versions
   */
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
      boolean costDisputed,
      @Nullable Long firstByteMs,
      long durationMs,
      String attempts,
      Instant at,
      @Nullable Long keyId,
      @Nullable String keyName,
      long written,
      @Nullable Long waitedMs,
      boolean disputed,
      @Nullable Long reportedInput,
      @Nullable Long reportedOutput) {
    /** Its place in the list. */
    public Place place() {
      return new Place(at, id);
    }
  }

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
      long written,
      long quotaMicros,
      long costMicros,
      long unpriced,
      double averageMs) {}

  /** Without the decision, which is read for single rows only. */
  private static final String SELECT =
      """
      SELECT id, request_id, client_request_id, user_id, endpoint, method, model_name, config_type,
        client_app, stream, success, estimated, status_code, error_message, cookie_id, input_tokens,
        cached_tokens, written_tokens, output_tokens, reasoning_tokens, quota_consumed, cost_micros,
        reported_cost_micros, cost_disputed, first_byte_ms, duration_ms, attempts, created_at,
        key_id, (SELECT name FROM api_keys WHERE api_keys.id = key_id) AS key_name, waited_ms,
        disputed, reported_input_tokens, reported_output_tokens
      FROM usage WHERE
      """;

  public List<Row> rows(Filter filter, long limit, long offset) {
    return rows(filter, limit, offset, null);
  }

  /**
   * Rows, newest first.
   *
   * @param after the row after which they start; null for the newest
   */
  public List<Row> rows(Filter filter, long limit, long offset, @Nullable Place after) {
    return jdbi.withHandle(
        handle -> {
          Query query =
              handle.createQuery(
                  SELECT
                      + where(filter)
                      + (after == null ? "" : " AND (created_at, id) < (:afterAt, :afterId)")
                      + " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset");
          if (after != null) {
            query.bind("afterAt", after.at()).bind("afterId", after.id());
          }
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
          Query query = handle.createQuery(SELECT + where(filter) + " ORDER BY created_at, id");
          try (var rows =
              bind(query, filter).setFetchSize(fetchSize).map((rs, _) -> row(rs)).iterator()) {
            rows.forEachRemaining(sink);
          }
        });
  }

  /** What the pool considered for a request; empty if that is not known. */
  public Optional<DecisionJson.Stored> findDecision(UUID requestId) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT decision FROM usage WHERE request_id = :id AND decision IS NOT NULL")
                    .bind("id", requestId)
                    .mapTo(String.class)
                    .findOne())
        .map(DecisionJson::read);
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
                         coalesce(sum(cached_tokens), 0) AS cached, coalesce(sum(written_tokens), 0) AS written,
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
                          rs.getLong("written"),
                          rs.getLong("quota"),
                          rs.getLong("cost"),
                          rs.getLong("unpriced"),
                          rs.getDouble("average")))
              .list();
        });
  }

  /** The names of these keys; keys without a name or that were deleted are absent. */
  public Map<Long, String> keyNames(Collection<Long> ids) {
    Map<Long, String> names = new HashMap<>();
    if (!ids.isEmpty()) {
      jdbi.useHandle(
          handle ->
              handle
                  .createQuery("SELECT id, name FROM api_keys WHERE name <> '' AND id IN (<ids>)")
                  .bindList("ids", ids)
                  .map((rs, _) -> Map.entry(rs.getLong(1), rs.getString(2)))
                  .forEach(entry -> names.put(entry.getKey(), entry.getValue())));
    }
    return names;
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
    add(terms, filter.keyId(), "key_id = :key");
    add(terms, filter.requestId(), "request_id = :request");
    add(terms, filter.status(), "status_code = :status");
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
    if (filter.keyId() != null) {
      query.bind("key", filter.keyId());
    }
    if (filter.requestId() != null) {
      query.bind("request", filter.requestId());
    }
    if (filter.status() != null) {
      query.bind("status", filter.status());
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
        instant(rs, "created_at"),
        longOrNull(rs, "key_id"),
        rs.getString("key_name"),
        rs.getLong("written_tokens"),
        longOrNull(rs, "waited_ms"),
        rs.getBoolean("disputed"),
        longOrNull(rs, "reported_input_tokens"),
        longOrNull(rs, "reported_output_tokens"));
  }
}
