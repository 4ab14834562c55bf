package potluck.gateway.meter;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Sums over the usage of all users, for operators. Thread-safe. */
public final class PoolStatistics {
  private final Jdbi jdbi;

  public PoolStatistics(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Time to the first byte at one provider. */
  public record FirstToken(String provider, long answers, long p50Ms, long p95Ms) {}

  /**
   * How evenly the pool serves.
   *
   * @param jain Jain's index of the mean wait of each user that waited, 0 to 1; 1 if all waited
   *     equally long or nobody waited
   * @param longestWaitMs of one request
   * @param halfDrawnBy how few users used half of the quota that was taken from shared accounts
   * @param broughtByThem shared accounts of these users
   */
  public record Fairness(double jain, long longestWaitMs, long halfDrawnBy, long broughtByThem) {}

  /** All statistics of a time. */
  public record Report(List<FirstToken> firstToken, Fairness fairness, long failovers) {}

  /** Reads the usage rows since a time once for each statistic. */
  public Report since(Instant from) {
    return jdbi.withHandle(
        handle ->
            new Report(firstToken(handle, from), fairness(handle, from), failovers(handle, from)));
  }

  private static List<FirstToken> firstToken(Handle handle, Instant from) {
    return handle
        .createQuery(
            """
            SELECT a.provider, count(*) AS answers,
              percentile_cont(0.5) WITHIN GROUP (ORDER BY u.first_byte_ms) AS p50,
              percentile_cont(0.95) WITHIN GROUP (ORDER BY u.first_byte_ms) AS p95
            FROM usage u JOIN accounts a ON a.cookie_id = u.cookie_id
            WHERE u.created_at >= :from AND u.success AND u.first_byte_ms IS NOT NULL
            GROUP BY a.provider ORDER BY answers DESC, a.provider
            """)
        .bind("from", from)
        .map(
            (rs, _) ->
                new FirstToken(
                    rs.getString("provider"),
                    rs.getLong("answers"),
                    Math.round(rs.getDouble("p50")),
                    Math.round(rs.getDouble("p95"))))
        .list();
  }

  private static Fairness fairness(Handle handle, Instant from) {
    return handle
        .createQuery(
            """
            WITH recent AS (
              SELECT user_id, waited_ms, quota_consumed, is_shared FROM usage
              WHERE created_at >= :from),
            waits AS (
              SELECT avg(waited_ms) AS wait FROM recent WHERE waited_ms > 0 GROUP BY user_id),
            drawn AS (
              SELECT user_id, sum(quota_consumed) AS took FROM recent WHERE is_shared
              GROUP BY user_id HAVING sum(quota_consumed) > 0),
            ranked AS (
              SELECT user_id, sum(took) OVER (ORDER BY took DESC, user_id) - took AS before,
                sum(took) OVER () AS whole FROM drawn),
            half AS (SELECT user_id FROM ranked WHERE before * 2 < whole)
            SELECT
              (SELECT coalesce(sum(wait) ^ 2 / nullif(count(*) * sum(wait ^ 2), 0), 1) FROM waits)
                AS jain,
              (SELECT coalesce(max(waited_ms), 0) FROM recent) AS longest,
              (SELECT count(*) FROM half) AS users,
              (SELECT count(*) FROM accounts WHERE is_shared
                 AND user_id IN (SELECT user_id FROM half)) AS brought
            """)
        .bind("from", from)
        .map(
            (rs, _) ->
                new Fairness(
                    Math.round(rs.getDouble("jain") * 1000) / 1000.0,
                    rs.getLong("longest"),
                    rs.getLong("users"),
                    rs.getLong("brought")))
        .one();
  }

  private static long failovers(Handle handle, Instant from) {
    return handle
        .createQuery(
            """
            SELECT coalesce(sum(greatest(jsonb_array_length(attempts) - 1, 0)), 0) FROM usage
            WHERE created_at >= :from
            """)
        .bind("from", from)
        .mapTo(Long.class)
        .one();
  }
}
