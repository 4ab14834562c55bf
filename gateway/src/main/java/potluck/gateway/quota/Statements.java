package potluck.gateway.quota;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What a contributor wants to know: what the own accounts did for others, what was drawn from
 * theirs, how long it lasts. It shows sums, and neither who nor what. Safe for use by many threads.
 */
public final class Statements {
  private static final Duration PACE_WINDOW = Duration.ofHours(1);

  private final Jdbi jdbi;
  private final Quotas quotas;
  private final InstantSource clock;

  public Statements(Jdbi jdbi, Quotas quotas, InstantSource clock) {
    this.jdbi = jdbi;
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * One side of the account.
   *
   * @param people other than the user
   * @param costMicros by the price list, in micro-USD
   * @param quotaMicros in millionths
   */
  public record Side(long requests, long people, long tokens, long costMicros, long quotaMicros) {}

  /** Accounts that are the user's or were: what they brought stays known when they are gone. */
  private static final String OWN_ACCOUNTS_SQL =
      "(SELECT cookie_id FROM accounts WHERE user_id = :user"
          + " UNION SELECT cookie_id FROM contributions WHERE user_id = :user)";

  /** What the user's own accounts did for other people. */
  public Side served(long user, Instant from, Instant to) {
    return side(
        "FROM usage u WHERE u.user_id <> :user AND u.cookie_id IN " + OWN_ACCOUNTS_SQL,
        user,
        from,
        to);
  }

  /** What the user drew from accounts of other people. */
  public Side drawn(long user, Instant from, Instant to) {
    return side(
        "FROM usage u WHERE u.user_id = :user AND u.is_shared"
            + " AND (u.cookie_id IS NULL OR u.cookie_id NOT IN "
            + OWN_ACCOUNTS_SQL
            + ")",
        user,
        from,
        to);
  }

  private Side side(String rows, long user, Instant from, Instant to) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*), count(DISTINCT u.user_id),
                      coalesce(sum(u.input_tokens + u.output_tokens), 0)::bigint,
                      coalesce(sum(u.cost_micros), 0)::bigint,
                      coalesce(sum(u.quota_consumed), 0)::bigint
                    """
                        + rows
                        + " AND u.created_at >= :from AND u.created_at < :to AND "
                        + LedgerQueries.IS_COUNTED_SQL)
                .bind("user", user)
                .bind("from", Timestamp.from(from))
                .bind("to", Timestamp.from(to))
                .map(
                    (rs, _) ->
                        new Side(
                            rs.getLong(1),
                            rs.getLong(2),
                            rs.getLong(3),
                            rs.getLong(4),
                            rs.getLong(5)))
                .one());
  }

  /**
   * Where a quota goes from here.
   *
   * @param pace taken in the last hour, in millionths
   * @param emptyAt at this pace; null where it lasts
   * @param fullAt without any use; null where it never will be
   */
  public record Forecast(
      Quotas.View quota, long pace, @Nullable Instant emptyAt, @Nullable Instant fullAt) {}

  public List<Forecast> forecast(long user) {
    Instant now = clock.instant();
    List<Forecast> forecasts = new ArrayList<>();
    for (Quotas.View quota : quotas.findByUser(user)) {
      long pace = consumedSince(user, quota.group(), now.minus(PACE_WINDOW));
      long net = pace - quota.rate();
      long room = quota.ceiling() - quota.left();
      forecasts.add(
          new Forecast(
              quota,
              pace,
              net > 0 ? after(now, Math.max(0, quota.left()), net) : null,
              room <= 0 ? now : quota.rate() > 0 ? after(now, room, quota.rate()) : null));
    }
    return forecasts;
  }

  /** When an amount has been walked through, at so much an hour. */
  private static Instant after(Instant now, long amount, long perHour) {
    double seconds = Math.min(3.15e9, amount * 3600.0 / perHour);
    return now.plusSeconds((long) seconds);
  }

  private long consumedSince(long user, String group, Instant since) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT coalesce(sum(quota_consumed), 0)::bigint FROM usage
                    WHERE user_id = :user AND model_group = :group AND created_at >= :since
                    """)
                .bind("user", user)
                .bind("group", group)
                .bind("since", Timestamp.from(since))
                .mapTo(Long.class)
                .one());
  }
}
