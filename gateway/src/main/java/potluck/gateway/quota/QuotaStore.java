package potluck.gateway.quota;

import static potluck.gateway.store.ResultColumns.instant;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Quotas in the database, and the double-entry ledger behind them. Every change is a transfer with
 * two entries, in the caller's transaction and with the row locked. Thread-safe.
 */
final class QuotaStore {
  private static final long HOUR_SECONDS = 3600;
  private static final String SELECT =
      """
      SELECT quotas.*, (
        SELECT coalesce(sum(amount - used), 0)::bigint FROM grants g
        WHERE g.user_id = quotas.user_id AND g.model_group = quotas.model_group
          AND g.expires_at > app_now()) AS granted
      FROM quotas
      """;

  private final Jdbi jdbi;
  private final QuotaRules rules;

  QuotaStore(Jdbi jdbi, QuotaRules rules) {
    this.jdbi = jdbi;
    this.rules = rules;
  }

  /** A quota with its ids. */
  record Row(UUID poolId, long user, String group, Quota.Posted posted, Instant updatedAt) {}

  /** The current time by which changes are stamped. */
  Instant now() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT clock_timestamp() AS now")
                .map((rs, _) -> instant(rs, "now"))
                .one());
  }

  /** Quotas that changed since a moment, on any node. */
  List<Row> findChangedSince(Instant moment) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(SELECT + " WHERE updated_at > :at")
                .bind("at", moment)
                .map((rs, _) -> row(rs))
                .list());
  }

  List<Row> findByUser(long user) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(SELECT + " WHERE user_id = :user ORDER BY model_group")
                .bind("user", user)
                .map((rs, _) -> row(rs))
                .list());
  }

  /**
   * Returns the quota of a user for a group; creates it with the base quota if it does not exist.
   */
  Quota.Posted open(Handle handle, long user, String group) {
    int inserted =
        handle.execute(
            """
            INSERT INTO quotas (user_id, model_group, balance, ceiling, rate) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            user,
            group,
            rules.base(),
            rules.base(),
            rules.baseRate());
    if (inserted == 1 && rules.base() > 0) {
      transfer(handle, UUID.randomUUID(), "base", user, group, rules.base(), "base");
    }
    return lock(handle, user, group);
  }

  private Quota.Posted lock(Handle handle, long user, String group) {
    return handle
        .createQuery(
            SELECT + " WHERE user_id = :user AND model_group = :group FOR UPDATE OF quotas")
        .bind("user", user)
        .bind("group", group)
        .map((rs, _) -> row(rs).posted())
        .one();
  }

  /** Subtracts a charge. Its entries were written with the usage rows. */
  Quota.Posted charge(Handle handle, long user, String group, long amount) {
    Quota.Posted now = accrue(handle, user, group);
    Quota.Posted charged = save(handle, user, group, now.balance(now.balance() - amount));
    return charged.balance() < 0 && charged.granted() > 0
        ? drawGrants(handle, user, group, charged)
        : charged;
  }

  /** Raises a negative balance from prepaid quota; what expires first is used first. */
  private Quota.Posted drawGrants(Handle handle, long user, String group, Quota.Posted now) {
    record Left(long id, long micros) {}
    long missing = -now.balance();
    for (Left grant :
        handle
            .createQuery(
                """
                SELECT id, amount - used FROM grants
                WHERE user_id = :user AND model_group = :group AND used < amount
                  AND expires_at > app_now() ORDER BY expires_at, id FOR UPDATE
                """)
            .bind("user", user)
            .bind("group", group)
            .map((rs, _) -> new Left(rs.getLong(1), rs.getLong(2)))
            .list()) {
      long part = Math.min(missing, grant.micros());
      if (part > 0) {
        handle.execute("UPDATE grants SET used = used + ? WHERE id = ?", part, grant.id());
        transfer(handle, UUID.randomUUID(), "grant", user, group, part, "grant " + grant.id());
        missing -= part;
      }
    }
    long drawn = -now.balance() - missing;
    Quota.Posted filled =
        new Quota.Posted(
            now.balance() + drawn,
            now.ceiling(),
            now.rate(),
            now.recoveredAt(),
            now.granted() - drawn,
            now.version());
    return save(handle, user, group, filled);
  }

  /** Gives a user prepaid quota. */
  void grant(
      Handle handle, long user, String group, long micros, Instant expiresAt, String reason) {
    open(handle, user, group);
    handle.execute(
        "INSERT INTO grants (user_id, model_group, amount, expires_at, why) VALUES (?, ?, ?, ?, ?)",
        user,
        group,
        micros,
        expiresAt,
        reason);
    handle.execute(
        "UPDATE quotas SET updated_at = clock_timestamp(), version = version + 1"
            + " WHERE user_id = ? AND model_group = ?",
        user,
        group);
  }

  /**
   * Writes the balancing entries for usage that was paid for elsewhere: the balance does not
   * change.
   */
  void offsetImported(Handle handle, long user, String group, long amount) {
    open(handle, user, group);
    transfer(handle, UUID.randomUUID(), "grant", user, group, amount, "used elsewhere");
  }

  /** The time by which quota recovers. */
  static Instant databaseNow(Handle handle) {
    return handle.createQuery("SELECT app_now() AS now").map((rs, _) -> instant(rs, "now")).one();
  }

  /** Credits the whole hours since the last recovery, at the rate until now. */
  Quota.Posted accrue(Handle handle, long user, String group) {
    Quota.Posted before = open(handle, user, group);
    Instant now = databaseNow(handle);
    long hours = Math.max(0, Duration.between(before.recoveredAt(), now).toHours());
    if (hours == 0) {
      return before;
    }
    long balance = before.at(now);
    if (balance > before.balance()) {
      transfer(
          handle,
          UUID.randomUUID(),
          "recovery",
          user,
          group,
          balance - before.balance(),
          "recovery");
    }
    Instant recovered = before.recoveredAt().plusSeconds(hours * HOUR_SECONDS);
    return save(
        handle,
        user,
        group,
        new Quota.Posted(
            balance,
            before.ceiling(),
            before.rate(),
            recovered,
            before.granted(),
            before.version()));
  }

  /**
   * Changes ceiling, rate and balance of a quota.
   *
   * @param gain change of the balance; may be negative
   */
  Quota.Posted change(
      Handle handle, long user, String group, long gain, long ceiling, long rate, String reason) {
    Quota.Posted before = accrue(handle, user, group);
    if (gain != 0) {
      transfer(handle, UUID.randomUUID(), "contribution", user, group, gain, reason);
    }
    return save(
        handle,
        user,
        group,
        new Quota.Posted(
            before.balance() + gain,
            Math.max(0, before.ceiling() + ceiling),
            Math.max(0, before.rate() + rate),
            before.recoveredAt(),
            before.granted(),
            before.version()));
  }

  private static Quota.Posted save(Handle handle, long user, String group, Quota.Posted now) {
    long version =
        handle
            .createQuery(
                """
                UPDATE quotas SET balance = :balance, ceiling = :ceiling, rate = :rate,
                  recovered_at = :recovered, updated_at = clock_timestamp(), version = version + 1
                WHERE user_id = :user AND model_group = :group RETURNING version
                """)
            .bind("balance", now.balance())
            .bind("ceiling", now.ceiling())
            .bind("rate", now.rate())
            .bind("recovered", now.recoveredAt())
            .bind("user", user)
            .bind("group", group)
            .mapTo(Long.class)
            .one();
    return new Quota.Posted(
        now.balance(), now.ceiling(), now.rate(), now.recoveredAt(), now.granted(), version);
  }

  private static void transfer(
      Handle handle, UUID id, String book, long user, String group, long amount, String reason) {
    handle.execute(
        """
        INSERT INTO entries (transfer, book, user_id, model_group, amount, why)
        VALUES (?, 'user', ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)
        """,
        id,
        user,
        group,
        amount,
        reason,
        id,
        book,
        user,
        group,
        -amount,
        reason);
  }

  Optional<Quota.Posted> find(long user, String group) {
    return findByUser(user).stream()
        .filter(r -> r.group().equals(group))
        .map(Row::posted)
        .findFirst();
  }

  /** Balances that changed in the last three minutes and differ from the sum of their entries. */
  List<String> findMismatches() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT q.user_id, q.model_group, q.balance,
                      (SELECT coalesce(sum(amount), 0)::bigint FROM entries e WHERE e.book = 'user'
                        AND e.user_id = q.user_id AND e.model_group = q.model_group) AS sum
                    FROM quotas q WHERE q.updated_at > now() - interval '3 minutes'
                    """)
                .map(
                    (rs, _) ->
                        rs.getLong(3) == rs.getLong(4)
                            ? ""
                            : "user %d, %s: the balance is %d, its entries add up to %d"
                                .formatted(
                                    rs.getLong(1), rs.getString(2), rs.getLong(3), rs.getLong(4)))
                .filter(wrong -> !wrong.isEmpty())
                .list());
  }

  private static Row row(ResultSet rs) throws SQLException {
    return new Row(
        rs.getObject("pool_id", UUID.class),
        rs.getLong("user_id"),
        rs.getString("model_group"),
        new Quota.Posted(
            rs.getLong("balance"),
            rs.getLong("ceiling"),
            rs.getLong("rate"),
            instant(rs, "recovered_at"),
            rs.getLong("granted"),
            rs.getLong("version")),
        instant(rs, "updated_at"));
  }
}
