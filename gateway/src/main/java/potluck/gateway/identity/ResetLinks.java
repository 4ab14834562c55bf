package potluck.gateway.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.crypto.RandomToken;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Links to set a new password. A link works once, for one day; a new link replaces the earlier ones
 * of the user. Thread-safe.
 */
public final class ResetLinks {
  private static final Duration LIFETIME = Duration.ofDays(1);

  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final InstantSource clock;

  public ResetLinks(Jdbi jdbi, ChangeFeed changes, InstantSource clock) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.clock = clock;
  }

  /** Creates a token for an existing user. */
  public String create(long user) {
    String token = RandomToken.create();
    jdbi.useTransaction(
        handle -> {
          handle.execute(
              "DELETE FROM one_time_links WHERE purpose = 'reset' AND user_id = ?", user);
          handle.execute(
              """
              INSERT INTO one_time_links (hash, purpose, user_id, expires_at)
              VALUES (?, 'reset', ?, ?)
              """,
              Sha256.of(token),
              user,
              clock.instant().plus(LIFETIME));
        });
    return token;
  }

  /**
   * Whether a token can be used now. Checked first, because hashing the new password takes long.
   */
  public boolean isUsable(String token) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT EXISTS (SELECT FROM one_time_links WHERE hash = :hash
                      AND purpose = 'reset' AND used_at IS NULL AND expires_at > :now)
                    """)
                .bind("hash", Sha256.of(token))
                .bind("now", clock.instant())
                .mapTo(Boolean.class)
                .one());
  }

  /**
   * Sets the password and ends all sessions of the user.
   *
   * @return false if the token cannot be used (any more)
   */
  public boolean redeem(String token, String passwordHash) {
    Optional<Long> user =
        changes.<Optional<Long>, RuntimeException>inTransaction(
            (handle, recorder) -> {
              Optional<Long> owner =
                  handle
                      .createQuery(
                          """
                          UPDATE one_time_links SET used_at = :now
                          WHERE hash = :hash AND purpose = 'reset' AND used_at IS NULL
                            AND expires_at > :now RETURNING user_id
                          """)
                      .bind("hash", Sha256.of(token))
                      .bind("now", clock.instant())
                      .mapTo(Long.class)
                      .findOne();
              owner.ifPresent(
                  id -> {
                    handle.execute(
                        "UPDATE users SET password_hash = ? WHERE id = ?", passwordHash, id);
                    SessionRevocations.endAllSessions(handle, id, "reset");
                    recorder.add(Topic.USER, Long.toString(id));
                  });
              return owner;
            });
    return user.isPresent();
  }
}
