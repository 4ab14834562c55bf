package potluck.gateway.account;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.instantOrNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * How accounts stood: one row for each change, written with the change, by every node. Rows older
 * than 91 days are deleted. Thread-safe.
 */
public final class StandingHistory {
  private static final int MAX_ROWS = 200_000;
  private static final Duration KEPT = Duration.ofDays(91);

  private final Jdbi jdbi;

  public StandingHistory(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Notes how an account stands now, if that differs from its last row. */
  static void note(Handle handle, String account) {
    handle
        .createUpdate(
            """
            INSERT INTO standing_history (cookie_id, user_id, provider, standing, until)
            SELECT a.cookie_id, a.user_id, a.provider, now.standing, now.until
            FROM accounts a
            CROSS JOIN LATERAL (
              SELECT CASE WHEN a.enabled THEN a.standing ELSE 'off' END AS standing,
                CASE WHEN a.enabled THEN a.standing_until END AS until) now
            LEFT JOIN LATERAL (
              SELECT h.standing, h.until FROM standing_history h WHERE h.cookie_id = a.cookie_id
              ORDER BY h.id DESC LIMIT 1) last ON true
            WHERE a.cookie_id = :id
              AND (now.standing, now.until) IS DISTINCT FROM (last.standing, last.until)
            """)
        .bind("id", account)
        .execute();
  }

  /** Notes that an account was deleted. */
  static void noteRemoved(Handle handle, String account) {
    handle.execute(
        """
        INSERT INTO standing_history (cookie_id, user_id, provider, standing)
        SELECT cookie_id, user_id, provider, 'removed' FROM standing_history
        WHERE cookie_id = ? ORDER BY id DESC LIMIT 1
        """,
        account);
  }

  /**
   * A time in which an account stood one way.
   *
   * @param standing ready, resting, spent, revoked or off
   */
  public record Span(Instant from, Instant to, String standing) {}

  /**
   * An account's spans, oldest first.
   *
   * @param account its id
   * @param owner the id of its owner
   */
  public record Strip(String account, long owner, String provider, List<Span> spans) {}

  private record Row(
      String account,
      long owner,
      String provider,
      String standing,
      @Nullable Instant until,
      Instant at) {}

  /** The spans of all accounts between two times; a rest ends by itself. */
  public List<Strip> strips(Instant from, Instant to) {
    Map<String, List<Row>> byAccount = new LinkedHashMap<>();
    for (Row row : rows(from, to)) {
      byAccount.computeIfAbsent(row.account(), _ -> new ArrayList<>()).add(row);
    }
    return byAccount.values().stream()
        .map(rows -> strip(rows, from, to))
        .filter(strip -> !strip.spans().isEmpty())
        .toList();
  }

  private List<Row> rows(Instant from, Instant to) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT * FROM (
                      SELECT * FROM standing_history WHERE at >= :from AND at < :to
                      UNION ALL
                      (SELECT DISTINCT ON (cookie_id) * FROM standing_history WHERE at < :from
                       ORDER BY cookie_id, id DESC)) h
                    ORDER BY cookie_id, id LIMIT :most
                    """)
                .bind("from", from)
                .bind("to", to)
                .bind("most", MAX_ROWS)
                .map(
                    (rs, _) ->
                        new Row(
                            rs.getString("cookie_id"),
                            rs.getLong("user_id"),
                            rs.getString("provider"),
                            rs.getString("standing"),
                            instantOrNull(rs, "until"),
                            instant(rs, "at")))
                .list());
  }

  private static Strip strip(List<Row> rows, Instant from, Instant to) {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      Instant start = max(row.at(), from);
      Instant end = i + 1 < rows.size() ? max(rows.get(i + 1).at(), start) : to;
      if (row.standing().equals("removed")) {
        continue;
      }
      @Nullable Instant until = row.until();
      if (until != null && until.isBefore(end)) {
        Instant over = max(until, start);
        add(spans, start, over, row.standing());
        add(spans, over, end, "ready");
      } else {
        add(spans, start, end, row.standing());
      }
    }
    Row last = rows.getLast();
    return new Strip(last.account(), last.owner(), last.provider(), spans);
  }

  private static void add(List<Span> spans, Instant from, Instant to, String standing) {
    if (!from.isBefore(to)) {
      return;
    }
    if (!spans.isEmpty()
        && spans.getLast().standing().equals(standing)
        && spans.getLast().to().equals(from)) {
      spans.add(new Span(spans.removeLast().from(), to, standing));
      return;
    }
    spans.add(new Span(from, to, standing));
  }

  private static Instant max(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** Deletes rows that are too old, except the last one of each account. */
  public void sweep(Instant now) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                """
                DELETE FROM standing_history h WHERE at < ? AND EXISTS (
                  SELECT FROM standing_history later
                  WHERE later.cookie_id = h.cookie_id AND later.id > h.id)
                """,
                now.minus(KEPT)));
    jdbi.useHandle(
        handle ->
            handle.execute(
                "DELETE FROM standing_history WHERE at < ? AND standing = 'removed'",
                now.minus(KEPT)));
  }
}
