package potluck.gateway.identity;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Ends several sessions of a user at once. Refresh tokens are invalid from the commit on, access
 * tokens on every node within two seconds. Thread-safe.
 */
public final class SessionRevocations {
  private final ChangeFeed changes;

  public SessionRevocations(ChangeFeed changes) {
    this.changes = changes;
  }

  /** Ends every session and raises the user's epoch, so that access tokens become invalid too. */
  public void endAllSessions(long user, String reason) {
    changes.useTransaction(
        Topic.USER, Long.toString(user), handle -> endAllSessions(handle, user, reason));
  }

  /** Ends every session inside the caller's transaction. The caller records the user as changed. */
  static void endAllSessions(Handle handle, long user, String reason) {
    handle.execute("UPDATE users SET epoch = epoch + 1, updated_at = now() WHERE id = ?", user);
    handle.execute(
        """
        UPDATE sessions SET ended_at = now(), ended_because = ?
        WHERE user_id = ? AND ended_at IS NULL
        """,
        reason,
        user);
  }

  /**
   * Sets a new password, and ends every session except one.
   *
   * @param keep the session that asked for the change; null ends all
   */
  public void changePassword(long user, String passwordHash, @Nullable UUID keep) {
    changes.<List<UUID>, RuntimeException>inTransaction(
        (handle, recorder) -> {
          handle.execute(
              "UPDATE users SET password_hash = ?, updated_at = now() WHERE id = ?",
              passwordHash,
              user);
          recorder.add(Topic.USER, Long.toString(user));
          List<UUID> others = others(handle, user, keep);
          others.forEach(session -> Sessions.end(handle, recorder, session, "password"));
          return others;
        });
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
