package potluck.gateway.quota;

import static potluck.gateway.store.ResultColumns.instant;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.LimitStore.Scope;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Teams of users who share limits. A user is in at most one team; a team gives no rights.
 * Thread-safe.
 */
public final class Teams {
  private final Jdbi jdbi;
  private final ChangeFeed changes;

  public Teams(Jdbi jdbi, ChangeFeed changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /** A team and the number of its members. */
  public record Team(long id, String name, long members, Instant createdAt) {}

  private static final String SELECT =
      """
      SELECT id, name, created_at, (SELECT count(*) FROM users WHERE team_id = teams.id) AS members
      FROM teams
      """;

  /** All teams, by name. */
  public List<Team> all() {
    return jdbi.withHandle(
        handle -> handle.createQuery(SELECT + "ORDER BY name").map((rs, _) -> toTeam(rs)).list());
  }

  public Optional<Team> find(long id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(SELECT + "WHERE id = :id")
                .bind("id", id)
                .map((rs, _) -> toTeam(rs))
                .findOne());
  }

  private static Team toTeam(ResultSet rs) throws SQLException {
    return new Team(
        rs.getLong("id"), rs.getString("name"), rs.getLong("members"), instant(rs, "created_at"));
  }

  /**
   * @return empty if the name is taken
   */
  public Optional<Team> create(String name) {
    Optional<Long> id =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "INSERT INTO teams (name) VALUES (:name) ON CONFLICT DO NOTHING RETURNING id")
                    .bind("name", name)
                    .mapTo(Long.class)
                    .findOne());
    return id.flatMap(this::find);
  }

  /** Deletes a team; its members are in no team afterwards. */
  public boolean remove(long id) {
    return changes.inTransaction(
        Topic.LIMITS,
        limitOwner(id),
        handle -> {
          handle.execute("DELETE FROM limits WHERE scope = 'team' AND id = ?", id);
          return handle.execute("DELETE FROM teams WHERE id = ?", id) == 1;
        });
  }

  /**
   * Assigns a user to a team.
   *
   * @param team null for no team
   * @return false if there is no such team
   */
  public boolean assign(long user, @Nullable Long team) {
    if (team != null && find(team).isEmpty()) {
      return false;
    }
    changes.<Boolean, RuntimeException>inTransaction(
        (handle, recorder) -> {
          Optional<Long> previous =
              handle
                  .createQuery("SELECT team_id FROM users WHERE id = :user FOR UPDATE")
                  .bind("user", user)
                  .map((rs, _) -> Optional.ofNullable(rs.getObject(1, Long.class)))
                  .one();
          handle.execute("UPDATE users SET team_id = ? WHERE id = ?", team, user);
          previous.ifPresent(id -> recorder.add(Topic.LIMITS, limitOwner(id)));
          if (team != null) {
            recorder.add(Topic.LIMITS, limitOwner(team));
          }
          return true;
        });
    return true;
  }

  private static String limitOwner(long team) {
    return new LimitOwner(Scope.TEAM, team).toString();
  }
}
