package potluck.gateway.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Statements for contributors: what their accounts served for others, what they used of others'
 * accounts, and how long their quota lasts. It shows sums only, never people or requests.
 * Thread-safe.
 */
public final class Statements {
  private static final Duration PACE_WINDOW = Duration.ofHours(1);
  private static final Duration HORIZON = Duration.ofHours(24);

  private final Jdbi jdbi;
  private final Quotas quotas;
  private final InstantSource clock;

  public Statements(Jdbi jdbi, Quotas quotas, InstantSource clock) {
    this.jdbi = jdbi;
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * One side of a statement.
   *
   * @param people number of other users
   * @param costMicros cost by the price list, in micro-USD
   * @param quotaMicros in millionths
   */
  public record Side(long requests, long people, long tokens, long costMicros, long quotaMicros) {}

  /**
   * Accounts that the user has or had, so that what they served stays known after they are deleted.
   */
  private static final String OWN_ACCOUNTS_SQL =
      "(SELECT cookie_id FROM accounts WHERE user_id = :user"
          + " UNION SELECT cookie_id FROM contributions WHERE user_id = :user)";

  /** What the user's own accounts served for others. */
  public Side served(long user, Instant from, Instant to) {
    return side(
        "FROM usage u WHERE u.user_id <> :user AND u.cookie_id IN " + OWN_ACCOUNTS_SQL,
        user,
        from,
        to);
  }

  /** What the user used of accounts of others. */
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
                .bind("from", from)
                .bind("to", to)
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
   * How a quota develops from now on, by the hourly steps of recovery.
   *
   * @param pace use in the last hour, in millionths
   * @param nextStepAt when the next hour is credited
   * @param nextStep what is credited then if nothing is used until then, in millionths
   * @param emptyAt when it is used up at this pace; null if it lasts
   * @param fullAt when it reaches its ceiling without use; null if never
   * @param usableAgainAt the step by which it is usable again after it was used up; null if it
   *     lasts
   * @param ifUsed the next 24 hours at this pace
   * @param ifUnused the next 24 hours without use
   */
  public record Forecast(
      Quotas.View quota,
      long pace,
      Instant nextStepAt,
      long nextStep,
      @Nullable Instant emptyAt,
      @Nullable Instant fullAt,
      @Nullable Instant usableAgainAt,
      List<QuotaPoint> ifUsed,
      List<QuotaPoint> ifUnused,
      WithOneMore withOneMore) {}

  /** The same at this pace, as if the user shared one more account now. */
  public record WithOneMore(
      long left, long ceiling, long rate, @Nullable Instant emptyAt, List<QuotaPoint> points) {}

  public List<Forecast> forecast(long user) {
    Instant now = clock.instant();
    List<Forecast> forecasts = new ArrayList<>();
    for (Quotas.View quota : quotas.findByUser(user)) {
      long pace = consumedSince(user, quota.group(), now.minus(PACE_WINDOW));
      QuotaProjection projection = QuotaProjection.of(quota, now);
      forecasts.add(
          new Forecast(
              quota,
              pace,
              projection.nextStep(),
              projection.nextCredit(),
              projection.emptyAt(pace).orElse(null),
              projection.fullAt().orElse(null),
              projection.usableAgainAt(pace).orElse(null),
              projection.points(pace, HORIZON),
              projection.points(0, HORIZON),
              withOneMore(projection, pace)));
    }
    return forecasts;
  }

  private WithOneMore withOneMore(QuotaProjection projection, long pace) {
    QuotaProjection more =
        projection.plus(2 * quotas.rules().accountQuota(), quotas.rules().rate());
    return new WithOneMore(
        more.left(),
        more.ceiling(),
        more.rate(),
        more.emptyAt(pace).orElse(null),
        more.points(pace, HORIZON));
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
                .bind("since", since)
                .mapTo(Long.class)
                .one());
  }
}
