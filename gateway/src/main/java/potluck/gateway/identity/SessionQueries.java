package potluck.gateway.identity;

import static potluck.gateway.store.ResultColumns.instant;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.crypto.Sha256;

/** What a user sees and ends of their own sessions. Thread-safe. */
public final class SessionQueries {
  private static final Duration KNOWN_FOR = Duration.ofDays(30);

  private final Jdbi jdbi;
  private final Sessions sessions;
  private final InstantSource clock;

  public SessionQueries(Jdbi jdbi, Sessions sessions, InstantSource clock) {
    this.jdbi = jdbi;
    this.sessions = sessions;
    this.clock = clock;
  }

  /** A session that has not ended. */
  public record ActiveSession(
      UUID id,
      String userAgent,
      String address,
      Instant createdAt,
      Instant lastSeenAt,
      Instant expiresAt) {}

  /** The active sessions of a user, last seen first; at most 200. */
  public List<ActiveSession> findActive(long user) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT * FROM sessions WHERE user_id = :user AND ended_at IS NULL
                      AND expires_at > :now ORDER BY last_seen_at DESC, id LIMIT 200
                    """)
                .bind("user", user)
                .bind("now", clock.instant())
                .map(
                    (rs, _) ->
                        new ActiveSession(
                            rs.getObject("id", UUID.class),
                            rs.getString("user_agent"),
                            rs.getString("address"),
                            instant(rs, "created_at"),
                            instant(rs, "last_seen_at"),
                            instant(rs, "expires_at")))
                .list());
  }

  /** Whether this user had a session with this browser in this network in the last 30 days. */
  public boolean isKnownDevice(String username, String userAgent, String address) {
    String agent = Sessions.truncate(userAgent);
    return jdbi
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT DISTINCT address FROM sessions JOIN users ON users.id = user_id
                        WHERE lower(username) = lower(:name) AND user_agent = :agent
                          AND last_seen_at > :since LIMIT 1000
                        """)
                    .bind("name", username)
                    .bind("agent", agent)
                    .bind("since", clock.instant().minus(KNOWN_FOR))
                    .mapTo(String.class)
                    .list())
        .stream()
        .anyMatch(seen -> ClientNetwork.isSame(seen, address));
  }

  /**
   * @return false if the session has ended or is not this user's
   */
  public boolean end(long user, UUID session) {
    Optional<UUID> own =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT id FROM sessions
                        WHERE id = :id AND user_id = :user AND ended_at IS NULL
                        """)
                    .bind("id", session)
                    .bind("user", user)
                    .mapTo(UUID.class)
                    .findOne());
    own.ifPresent(id -> sessions.end(id, "user"));
    return own.isPresent();
  }

  /** Ends the session of a refresh token if it is this user's. */
  public boolean end(long user, String refreshToken) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT session_id FROM refresh_tokens WHERE hash = :hash")
                    .bind("hash", Sha256.of(refreshToken))
                    .mapTo(UUID.class)
                    .findOne())
        .map(session -> end(user, session))
        .orElse(false);
  }
}
