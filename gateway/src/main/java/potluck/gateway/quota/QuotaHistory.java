package potluck.gateway.quota;

import static potluck.gateway.store.ResultColumns.instant;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What was left of a quota over time, from the entries of the ledger. Recovery is entered with the
 * first charge after it; here it is put back to the hours at which it counted. Thread-safe.
 */
public final class QuotaHistory {
  /** How far a history may go back. */
  public static final Duration MAX_AGE = Duration.ofDays(31);

  private final Jdbi jdbi;
  private final InstantSource clock;

  public QuotaHistory(Jdbi jdbi, InstantSource clock) {
    this.jdbi = jdbi;
    this.clock = clock;
  }

  /**
   * The history of a user's quota, without prepaid quota that is not used yet.
   *
   * @param quota the quota as it is now
   * @param from not before {@link #MAX_AGE} ago
   * @param maxPoints maximum number of points, at least 2
   * @return oldest first; the last point is now
   */
  public List<QuotaPoint> find(long user, Quotas.View quota, Instant from, int maxPoints) {
    Instant now = clock.instant();
    Instant earliest = now.minus(MAX_AGE);
    Instant start = from.isBefore(earliest) ? earliest : from.isAfter(now) ? now : from;
    return jdbi.withHandle(
        handle -> {
          Instant walkFrom = lastEntryBefore(handle, user, quota.group(), start).orElse(start);
          Duration bucket = Duration.between(start, now).dividedBy(maxPoints);
          QuotaTimeline timeline =
              new QuotaTimeline(
                  quota,
                  walkFrom,
                  balance(handle, user, quota.group(), walkFrom),
                  entries(handle, user, quota.group(), walkFrom, bucket));
          return QuotaTimeline.thinned(timeline.points(start, now), maxPoints);
        });
  }

  private static Optional<Instant> lastEntryBefore(
      Handle handle, long user, String group, Instant before) {
    return handle
        .createQuery(
            """
            SELECT max(at) AS at FROM entries
            WHERE book = 'user' AND user_id = :user AND model_group = :group AND at < :before
            HAVING max(at) IS NOT NULL
            """)
        .bind("user", user)
        .bind("group", group)
        .bind("before", before)
        .map((rs, _) -> instant(rs, "at"))
        .findOne();
  }

  /** The balance at a moment; before the first entry, what the quota was opened with. */
  private static long balance(Handle handle, long user, String group, Instant at) {
    return handle
        .createQuery(
            """
            SELECT coalesce(sum(amount) FILTER (WHERE at <= :at OR why = 'base'), 0)::bigint
            FROM entries WHERE book = 'user' AND user_id = :user AND model_group = :group
            """)
        .bind("user", user)
        .bind("group", group)
        .bind("at", at)
        .mapTo(Long.class)
        .one();
  }

  /** Entries after a moment: each recovery, and the sums of all others in buckets of time. */
  private static List<QuotaTimeline.Entry> entries(
      Handle handle, long user, String group, Instant after, Duration bucket) {
    return handle
        .createQuery(
            """
            SELECT CASE WHEN why = 'recovery' THEN at
                ELSE date_bin(make_interval(secs => :bucket), at, :after)
                  + make_interval(secs => :bucket) END AS place,
              why = 'recovery' AS recovery, sum(amount)::bigint AS amount
            FROM entries
            WHERE book = 'user' AND user_id = :user AND model_group = :group AND at > :after
              AND why <> 'base'
            GROUP BY 1, 2 ORDER BY 1
            """)
        .bind("user", user)
        .bind("group", group)
        .bind("after", after)
        .bind("bucket", Math.max(1, bucket.toMillis() / 1000.0))
        .map(
            (rs, _) ->
                new QuotaTimeline.Entry(
                    instant(rs, "place"), rs.getLong("amount"), rs.getBoolean("recovery")))
        .list();
  }
}
