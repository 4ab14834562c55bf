package potluck.gateway.quota;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
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
        rs.getLong("id"),
        rs.getString("name"),
        rs.getLong("members"),
        rs.getTimestamp("created_at").toInstant());
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
    boolean existed =
        jdbi.inTransaction(
            handle -> {
              handle.execute("DELETE FROM limits WHERE scope = 'team' AND id = ?", id);
              int removed = handle.execute("DELETE FROM teams WHERE id = ?", id);
              record(handle, id);
              return removed == 1;
            });
    announce(id);
    return existed;
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
    Optional<Long> before =
        jdbi.inTransaction(
            handle -> {
              Optional<Long> previous =
                  handle
                      .createQuery("SELECT team_id FROM users WHERE id = :user FOR UPDATE")
                      .bind("user", user)
                      .map((rs, _) -> Optional.ofNullable(rs.getObject(1, Long.class)))
                      .one();
              handle.execute("UPDATE users SET team_id = ? WHERE id = ?", team, user);
              previous.ifPresent(id -> record(handle, id));
              if (team != null) {
                record(handle, team);
              }
              return previous;
            });
    before.ifPresent(this::announce);
    if (team != null) {
      announce(team);
    }
    return true;
  }

  private static void record(Handle handle, long id) {
    ChangeFeed.record(handle, Topic.LIMITS, new LimitOwner(Scope.TEAM, id).toString());
  }

  private void announce(long id) {
    changes.announce(Topic.LIMITS, new LimitOwner(Scope.TEAM, id).toString());
  }
}
