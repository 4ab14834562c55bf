package potluck.gateway.identity;

import static potluck.gateway.store.ResultColumns.instantOrNull;
import static potluck.gateway.store.ResultColumns.longOrNull;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Users with what they share and when they were here, for operators. Thread-safe. */
public final class UserSummaries {
  private static final String MATCHING =
      """
       FROM users u LEFT JOIN teams t ON t.id = u.team_id
      WHERE strpos(lower(u.username), lower(:search)) > 0
        AND (:team::bigint IS NULL OR u.team_id = :team)
        AND (:role::text IS NULL OR :role = CASE
          WHEN NOT u.is_active THEN 'disabled'
          WHEN u.is_silenced THEN 'silenced'
          WHEN u.trust_level >= :admin THEN 'administrator'
          WHEN u.is_auditor THEN 'auditor'
          ELSE 'member' END)
      """;

  private final Jdbi jdbi;

  public UserSummaries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What a user may do; the first one that applies. */
  public enum Role {
    DISABLED,
    SILENCED,
    ADMINISTRATOR,
    AUDITOR,
    MEMBER
  }

  /**
   * Selects users; null means any.
   *
   * @param search part of the user name, in any case; empty matches all
   * @param team the id of a team
   */
  public record Filter(String search, @Nullable Role role, @Nullable Long team) {}

  /**
   * A user.
   *
   * @param teamId null without a team
   * @param shares accounts that the user shares and that are on
   * @param keys active API keys
   * @param lastSeenAt the last login, refresh or use of a key; null if never
   */
  public record Summary(
      User user,
      @Nullable Long teamId,
      @Nullable String teamName,
      long shares,
      long keys,
      @Nullable Instant lastSeenAt) {
    /** The user's role. */
    public Role role() {
      if (!user.active()) {
        return Role.DISABLED;
      }
      if (user.silenced()) {
        return Role.SILENCED;
      }
      if (user.isAdmin()) {
        return Role.ADMINISTRATOR;
      }
      return user.auditor() ? Role.AUDITOR : Role.MEMBER;
    }
  }

  /**
   * One page of users.
   *
   * @param total number of users on all pages
   */
  public record Page(List<Summary> users, long total) {}

  /** Users in order of their ids. */
  public Page page(Filter filter, long limit, long offset) {
    return jdbi.inTransaction(
        handle -> new Page(rows(handle, filter, limit, offset), count(handle, filter)));
  }

  private static List<Summary> rows(Handle handle, Filter filter, long limit, long offset) {
    return bind(
            handle.createQuery(
                """
                SELECT u.*, t.name AS team_name,
                  (SELECT count(*) FROM accounts a
                   WHERE a.user_id = u.id AND a.is_shared AND a.enabled) AS shares,
                  (SELECT count(*) FROM api_keys k
                   WHERE k.user_id = u.id AND k.is_active AND NOT k.loopback_only) AS active_keys,
                  greatest(u.last_login_at,
                    (SELECT max(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id),
                    (SELECT max(k.last_used_at) FROM api_keys k WHERE k.user_id = u.id))
                    AS last_seen
                """
                    + MATCHING
                    + " ORDER BY u.id LIMIT :limit OFFSET :offset"),
            filter)
        .bind("limit", limit)
        .bind("offset", offset)
        .map(
            (rs, _) ->
                new Summary(
                    Users.read(rs),
                    longOrNull(rs, "team_id"),
                    rs.getString("team_name"),
                    rs.getLong("shares"),
                    rs.getLong("active_keys"),
                    instantOrNull(rs, "last_seen")))
        .list();
  }

  private static long count(Handle handle, Filter filter) {
    return bind(handle.createQuery("SELECT count(*)" + MATCHING), filter).mapTo(Long.class).one();
  }

  private static Query bind(Query query, Filter filter) {
    return query
        .bind("search", filter.search())
        .bind("admin", User.ADMIN_TRUST_LEVEL)
        .bindByType("team", filter.team(), Long.class)
        .bindByType(
            "role",
            filter.role() == null ? null : filter.role().name().toLowerCase(Locale.ROOT),
            String.class);
  }
}
