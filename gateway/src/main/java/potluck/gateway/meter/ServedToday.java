package potluck.gateway.meter;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * How many requests each account served today, in UTC. What everybody may see is rounded and is
 * counted to the last full hour, so that it tells nobody's work. Thread-safe.
 */
public final class ServedToday {
  /** With fewer users, a number would tell who used the account. */
  private static final int MIN_USERS = 3;

  private static final long STEP = 50;

  private final Jdbi jdbi;
  private final InstantSource clock;
  private @Nullable Counts lastCounts;

  public ServedToday(Jdbi jdbi, InstantSource clock) {
    this.jdbi = jdbi;
    this.clock = clock;
  }

  /**
   * Requests of one account.
   *
   * @param own requests of its owner
   * @param others requests of other users
   * @param users number of users
   * @param otherUsers number of users other than its owner
   */
  public record Served(long own, long others, long users, long otherUsers) {
    private static final Served NONE = new Served(0, 0, 0, 0);

    /** All requests, rounded down to steps of 50; empty if fewer than three users made them. */
    public OptionalLong rounded() {
      return rounded(own + others, users);
    }

    /** Requests of others, rounded down to steps of 50; empty if fewer than three made them. */
    public OptionalLong roundedOthers() {
      return rounded(others, otherUsers);
    }

    private static OptionalLong rounded(long requests, long users) {
      return users < MIN_USERS && requests > 0
          ? OptionalLong.empty()
          : OptionalLong.of(requests / STEP * STEP);
    }
  }

  private record Counts(Instant to, Map<String, Served> byAccount) {
    Served of(String account) {
      return byAccount.getOrDefault(account, Served.NONE);
    }
  }

  /** Requests of an account from midnight to the last full hour; read once an hour. */
  public synchronized Served lastHour(String account) {
    Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
    Counts counts = lastCounts;
    if (counts == null || !counts.to().equals(hour)) {
      counts = new Counts(hour, count(hour.truncatedTo(ChronoUnit.DAYS), hour, null));
      lastCounts = counts;
    }
    return counts.of(account);
  }

  /** Requests of these accounts from midnight until now, for their owner. */
  public Map<String, Served> untilNow(Collection<String> accounts) {
    if (accounts.isEmpty()) {
      return Map.of();
    }
    Instant day = clock.instant().truncatedTo(ChronoUnit.DAYS);
    Map<String, Served> counts = count(day, day.plus(Duration.ofDays(1)), accounts);
    accounts.forEach(account -> counts.putIfAbsent(account, Served.NONE));
    return counts;
  }

  private Map<String, Served> count(
      Instant from, Instant to, @Nullable Collection<String> accounts) {
    Map<String, Served> counts = new HashMap<>();
    jdbi.useHandle(
        handle -> {
          var query =
              handle.createQuery(
                  """
                  SELECT u.cookie_id, count(*) FILTER (WHERE u.user_id = a.user_id) AS own,
                    count(*) FILTER (WHERE u.user_id <> a.user_id) AS others,
                    count(DISTINCT u.user_id) AS users,
                    count(DISTINCT u.user_id) FILTER (WHERE u.user_id <> a.user_id) AS other_users
                  FROM usage u JOIN accounts a ON a.cookie_id = u.cookie_id
                  WHERE u.success AND u.created_at >= :from AND u.created_at < :to
                  """
                      + (accounts == null ? "" : " AND u.cookie_id IN (<accounts>)")
                      + " GROUP BY u.cookie_id");
          if (accounts != null) {
            query.bindList("accounts", accounts);
          }
          query
              .bind("from", from)
              .bind("to", to)
              .map(
                  (rs, _) ->
                      Map.entry(
                          rs.getString(1),
                          new Served(rs.getLong(2), rs.getLong(3), rs.getLong(4), rs.getLong(5))))
              .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        });
    return counts;
  }
}
