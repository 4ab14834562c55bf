package potluck.gateway.identity;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Ends many logins of a user at once. Refresh tokens die with the commit, access tokens on every
 * node within two seconds. Safe for use by many threads.
 */
public final class SessionRevocations {
  private final Jdbi jdbi;
  private final ChangeFeed changes;

  public SessionRevocations(Jdbi jdbi, ChangeFeed changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /** Ends every session; the epoch rises, so that access tokens die too. */
  public void endAllSessions(long user, String why) {
    jdbi.useTransaction(handle -> endAllSessions(handle, user, why));
    changes.announce(Topic.USER, Long.toString(user));
  }

  /** Within a transaction; the user is to be announced as changed after it. */
  static void endAllSessions(Handle handle, long user, String why) {
    handle.execute("UPDATE users SET epoch = epoch + 1, updated_at = now() WHERE id = ?", user);
    handle.execute(
        """
        UPDATE sessions SET ended_at = now(), ended_because = ?
        WHERE user_id = ? AND ended_at IS NULL
        """,
        why,
        user);
    ChangeFeed.record(handle, Topic.USER, Long.toString(user));
  }

  /**
   * Gives a user a new password, and ends every session but the one that asked for it.
   *
   * @param keep null ends all
   */
  public void changePassword(long user, String passwordHash, @Nullable UUID keep) {
    List<UUID> ended =
        jdbi.inTransaction(
            handle -> {
              handle.execute(
                  "UPDATE users SET password_hash = ?, updated_at = now() WHERE id = ?",
                  passwordHash,
                  user);
              ChangeFeed.record(handle, Topic.USER, Long.toString(user));
              List<UUID> others = others(handle, user, keep);
              others.forEach(session -> Sessions.end(handle, session, "password"));
              return others;
            });
    changes.announce(Topic.USER, Long.toString(user));
    ended.forEach(session -> changes.announce(Topic.SESSION, session.toString()));
  }

  private static List<UUID> others(Handle handle, long user, @Nullable UUID keep) {
    return handle
        .createQuery(
            """
            SELECT id FROM sessions WHERE user_id = :user AND ended_at IS NULL
              AND id IS DISTINCT FROM :keep FOR UPDATE
            """)
        .bind("user", user)
        .bindByType("keep", keep, UUID.class)
        .mapTo(UUID.class)
        .list();
  }
}
