package potluck.gateway.quota;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.instantOrNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Queries of the ledger: what users consumed, and whether balances and entries add up. Thread-safe.
 */
public final class LedgerQueries {
  /**
   * Rows that count: successful requests, and those that broke off after some of the answer was
   * charged.
   */
  static final String IS_COUNTED_SQL = "(u.success OR u.quota_consumed > 0)";

  private final Jdbi jdbi;

  public LedgerQueries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * One request, and the balance of its quota before and after it; amounts in millionths.
   *
   * @param before 0 if there is no such quota
   */
  public record Consumption(
      long id,
      @Nullable String account,
      String model,
      long before,
      long after,
      long consumed,
      boolean shared,
      Instant at) {}

  /**
   * What a user's requests consumed, newest first. The opening balance and recovered quota are
   * entered with the first charge after them, a moment later, and are counted as if they had been
   * there before.
   */
  public List<Consumption> consumption(
      long user, @Nullable Instant from, @Nullable Instant to, int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT u.id, u.cookie_id, u.model_name, u.quota_consumed, u.is_shared, u.created_at,
                      coalesce(q.balance - (
                        SELECT coalesce(sum(e.amount), 0) FROM entries e
                        WHERE e.book = 'user' AND e.user_id = u.user_id AND e.model_group = u.model_group
                          AND e.at > u.created_at AND e.why <> 'base'
                          AND NOT (e.why = 'recovery' AND e.at < u.created_at + interval '10 s')
                        ), 0)::bigint AS after
                    FROM usage u
                    LEFT JOIN quotas q ON q.user_id = u.user_id AND q.model_group = u.model_group
                    WHERE u.user_id = :user AND %s
                      AND u.created_at >= coalesce(:from, '-infinity'::timestamptz)
                      AND u.created_at <= coalesce(:to, 'infinity'::timestamptz)
                    ORDER BY u.created_at DESC, u.id DESC LIMIT :most
                    """
                        .formatted(IS_COUNTED_SQL))
                .bind("user", user)
                .bindByType("from", from, Instant.class)
                .bindByType("to", to, Instant.class)
                .bind("most", max)
                .map(
                    (rs, _) ->
                        new Consumption(
                            rs.getLong("id"),
                            rs.getString("cookie_id"),
                            rs.getString("model_name"),
                            rs.getLong("after") + rs.getLong("quota_consumed"),
                            rs.getLong("after"),
                            rs.getLong("quota_consumed"),
                            rs.getBoolean("is_shared"),
                            instant(rs, "created_at")))
                .list());
  }

  /** What all requests of a user consumed, in millionths. */
  public record Totals(long requests, long shared, long dedicatedRequests) {}

  public Totals totals(long user) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*), coalesce(sum(quota_consumed), 0)::bigint,
                      count(*) FILTER (WHERE NOT is_shared)
                    FROM usage u WHERE user_id = :user AND %s
                    """
                        .formatted(IS_COUNTED_SQL))
                .bind("user", user)
                .map((rs, _) -> new Totals(rs.getLong(1), rs.getLong(2), rs.getLong(3)))
                .one());
  }

  /**
   * What a user's requests to one model consumed, in millionths.
   *
   * @param lastAt time of the last request; null if there was none
   */
  public record ModelTotals(long requests, long consumed, @Nullable Instant lastAt) {}

  public ModelTotals totals(long user, String model) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*), coalesce(sum(quota_consumed), 0)::bigint, max(created_at) AS last_at
                    FROM usage u WHERE user_id = :user AND model_name = :model
                      AND %s
                    """
                        .formatted(IS_COUNTED_SQL))
                .bind("user", user)
                .bind("model", model)
                .map(
                    (rs, _) ->
                        new ModelTotals(rs.getLong(1), rs.getLong(2), instantOrNull(rs, "last_at")))
                .one());
  }

  /**
   * Compares balances with the sums of their entries, and the entries of each transfer with each
   * other.
   *
   * @return what does not add up, in words; empty if everything does
   */
  public List<String> verify() {
    List<String> problems = new ArrayList<>();
    jdbi.useHandle(
        handle -> {
          // One snapshot, because requests continue meanwhile.
          handle.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
          handle
              .createQuery(
                  """
                  SELECT q.user_id, q.model_group, q.balance, coalesce(e.sum, 0)::bigint AS sum
                  FROM quotas q LEFT JOIN (
                    SELECT user_id, model_group, sum(amount) AS sum FROM entries
                    WHERE book = 'user' GROUP BY 1, 2) e USING (user_id, model_group)
                  WHERE q.balance <> coalesce(e.sum, 0)
                  """)
              .map(
                  (rs, _) ->
                      "user %d, %s: the balance is %d, its entries add up to %d"
                          .formatted(rs.getLong(1), rs.getString(2), rs.getLong(3), rs.getLong(4)))
              .forEach(problems::add);
          handle
              .createQuery(
                  "SELECT transfer::text, sum(amount)::bigint FROM entries GROUP BY 1 HAVING sum(amount) <> 0")
              .map(
                  (rs, _) ->
                      "transfer %s: its entries add up to %d instead of 0"
                          .formatted(rs.getString(1), rs.getLong(2)))
              .forEach(problems::add);
          handle
              .createQuery(
                  """
                  SELECT u.request_id::text, u.quota_consumed, coalesce(sum(e.amount), 0)::bigint
                  FROM usage u LEFT JOIN entries e ON e.transfer = u.request_id AND e.book = 'pool'
                  WHERE u.quota_consumed > 0
                  GROUP BY u.request_id, u.quota_consumed
                  HAVING u.quota_consumed <> coalesce(sum(e.amount), 0)
                  """)
              .map(
                  (rs, _) ->
                      "request %s: its usage row has %d, the ledger %d"
                          .formatted(rs.getString(1), rs.getLong(2), rs.getLong(3)))
              .forEach(problems::add);
          handle.execute("COMMIT");
        });
    return problems;
  }
}
