package potluck.gateway.quota;

import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * The parts of a statement: by account, by quota and by month, and where the quota came from and
 * went. It shows sums only, never other people. Thread-safe.
 */
public final class StatementDetails {
  private final Jdbi jdbi;
  private final Quotas quotas;
  private final InstantSource clock;

  public StatementDetails(Jdbi jdbi, Quotas quotas, InstantSource clock) {
    this.jdbi = jdbi;
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * Requests with the same label.
   *
   * @param label the id of an account, or the name of a model group
   * @param costMicros cost by the price list, in micro-USD
   * @param quotaMicros in millionths
   */
  public record Part(String label, long requests, long tokens, long costMicros, long quotaMicros) {}

  /** What each of the user's own accounts served for others. */
  public List<Part> givenByAccount(long user, Instant from, Instant to) {
    return parts("u.cookie_id", Statements.SERVED_SQL, user, from, to);
  }

  /** What the user used of accounts of others, by model group. */
  public List<Part> drawnByGroup(long user, Instant from, Instant to) {
    return parts("u.model_group", Statements.DRAWN_SQL, user, from, to);
  }

  /** What the user used of the user's own accounts. */
  public Part ownUse(long user, Instant from, Instant to) {
    return parts("''", Statements.OWN_USE_SQL, user, from, to).stream()
        .findFirst()
        .orElse(new Part("", 0, 0, 0, 0));
  }

  private List<Part> parts(String label, String rows, long user, Instant from, Instant to) {
    return jdbi.withHandle(
        handle ->
            bound(
                    handle.createQuery(
                        "SELECT "
                            + label
                            + """
                              , count(*), coalesce(sum(u.input_tokens + u.output_tokens), 0)::bigint,
                              coalesce(sum(u.cost_micros), 0)::bigint,
                              coalesce(sum(u.quota_consumed), 0)::bigint
                            """
                            + rows
                            + Statements.IN_PERIOD_SQL
                            + " GROUP BY 1 ORDER BY 4 DESC, 1 LIMIT 1000"),
                    user,
                    from,
                    to)
                .map(
                    (rs, _) ->
                        new Part(
                            rs.getString(1),
                            rs.getLong(2),
                            rs.getLong(3),
                            rs.getLong(4),
                            rs.getLong(5)))
                .list());
  }

  private static Query bound(Query query, long user, Instant from, Instant to) {
    return query.bind("user", user).bind("from", from).bind("to", to);
  }

  /**
   * Where quota came from and went, over all model groups, in millionths: {@code opening +
   * recovered + credited - used = closing}.
   *
   * @param recoveredBase what recovered without sharing, at the rates of today
   * @param recoveredShared what recovered because of shared accounts
   * @param credited what was credited at once: the quota that everybody has, shared accounts,
   *     prepaid quota that was used; negative if more was taken back
   */
  public record Movement(
      long opening,
      long recoveredBase,
      long recoveredShared,
      long credited,
      long used,
      long closing) {}

  public Movement movement(long user, Instant from, Instant to) {
    Map<String, Quotas.View> views = new HashMap<>();
    quotas.findByUser(user).forEach(view -> views.put(view.group(), view));
    boolean untilNow = !to.isBefore(clock.instant());
    long baseRate = quotas.rules().baseRate();
    return jdbi.withHandle(
        handle ->
            bound(
                    handle.createQuery(
                        """
                        SELECT model_group,
                          coalesce(sum(amount) FILTER (WHERE at < :from), 0)::bigint AS opening,
                          coalesce(sum(amount) FILTER (WHERE at >= :from AND at < :to
                            AND why = 'recovery'), 0)::bigint AS recovered,
                          coalesce(sum(amount) FILTER (WHERE at >= :from AND at < :to
                            AND why NOT IN ('recovery', 'used')), 0)::bigint AS credited,
                          coalesce(-sum(amount) FILTER (WHERE at >= :from AND at < :to
                            AND why = 'used'), 0)::bigint AS used
                        FROM entries WHERE book = 'user' AND user_id = :user GROUP BY 1
                        """),
                    user,
                    from,
                    to)
                .reduceRows(
                    new Movement(0, 0, 0, 0, 0, 0),
                    (sum, row) -> {
                      Quotas.View view = views.get(row.getColumn("model_group", String.class));
                      long opening = row.getColumn("opening", Long.class);
                      long recovered = row.getColumn("recovered", Long.class);
                      long credited = row.getColumn("credited", Long.class);
                      long used = row.getColumn("used", Long.class);
                      long closing = opening + recovered + credited - used;
                      if (untilNow && view != null) {
                        // Whole hours that the ledger enters with the next charge.
                        long left = view.left() - view.granted();
                        recovered += Math.max(0, left - closing);
                        closing = Math.max(closing, left);
                      }
                      long rate = view == null ? baseRate : Math.max(view.rate(), 1);
                      long base =
                          Math.min(
                              recovered,
                              Math.round((double) recovered * Math.min(baseRate, rate) / rate));
                      return new Movement(
                          sum.opening() + opening,
                          sum.recoveredBase() + base,
                          sum.recoveredShared() + recovered - base,
                          sum.credited() + credited,
                          sum.used() + used,
                          sum.closing() + closing);
                    }));
  }

  /**
   * One calendar month in UTC.
   *
   * @param givenMicros what the user's accounts did for others, in micro-USD by the price list
   * @param drawnMicros what the user used of accounts of others
   */
  public record Month(YearMonth month, long givenMicros, long drawnMicros) {}

  /**
   * The last months, newest first; rows that retention deleted are not counted.
   *
   * @param count number of months, at least 1
   */
  public List<Month> months(long user, int count) {
    YearMonth current = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
    YearMonth first = current.minusMonths(count - 1L);
    Map<String, Long> given = costByMonth(Statements.SERVED_SQL, user, first, current);
    Map<String, Long> drawn = costByMonth(Statements.DRAWN_SQL, user, first, current);
    List<Month> months = new ArrayList<>();
    for (YearMonth month = current; !month.isBefore(first); month = month.minusMonths(1)) {
      String name = month.toString();
      months.add(new Month(month, given.getOrDefault(name, 0L), drawn.getOrDefault(name, 0L)));
    }
    return months;
  }

  private Map<String, Long> costByMonth(String rows, long user, YearMonth first, YearMonth last) {
    Map<String, Long> costs = new HashMap<>();
    jdbi.useHandle(
        handle ->
            bound(
                    handle.createQuery(
                        "SELECT to_char(u.created_at AT TIME ZONE 'UTC', 'YYYY-MM'),"
                            + " coalesce(sum(u.cost_micros), 0)::bigint "
                            + rows
                            + Statements.IN_PERIOD_SQL
                            + " GROUP BY 1"),
                    user,
                    start(first),
                    start(last.plusMonths(1)))
                .map((rs, _) -> Map.entry(rs.getString(1), rs.getLong(2)))
                .forEach(entry -> costs.put(entry.getKey(), entry.getValue())));
    return costs;
  }

  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
