package potluck.gateway.identity;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.longOrNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.crypto.RandomToken;
import potluck.gateway.crypto.Sha256;

/** Invitation codes for registration. Only their hashes are stored. Thread-safe. */
public final class Invitations {
  private final Jdbi jdbi;
  private final InstantSource clock;

  public Invitations(Jdbi jdbi, InstantSource clock) {
    this.jdbi = jdbi;
    this.clock = clock;
  }

  /**
   * An invitation without its code.
   *
   * @param preview the first characters of the code
   * @param uses how many users could register at first; null if it is older than this field
   */
  public record Invitation(
      long id, String preview, @Nullable Integer uses, int usesLeft, Instant expiresAt) {}

  /** A new invitation with its code, which is shown only once. */
  public record CreatedInvitation(Invitation invitation, String code) {}

  /**
   * @param uses how many users may register with it
   */
  public CreatedInvitation create(long admin, int uses, Duration lifetime) {
    String code = RandomToken.create();
    return jdbi.inTransaction(
        handle ->
            new CreatedInvitation(
                handle
                    .createQuery(
                        """
                        INSERT INTO invitations (hash, preview, made_by, uses, uses_left, expires_at)
                        VALUES (:hash, :preview, :admin, :uses, :uses, :expires) RETURNING *
                        """)
                    .bind("hash", Sha256.of(code))
                    .bind("preview", code.substring(0, 6) + "...")
                    .bind("admin", admin)
                    .bind("uses", uses)
                    .bind("expires", clock.instant().plus(lifetime))
                    .map((rs, _) -> read(rs))
                    .one(),
                code));
  }

  /** Invitations that can still be used. */
  public List<Invitation> findUsable() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM invitations WHERE uses_left > 0 AND expires_at > :now ORDER BY id")
                .bind("now", clock.instant())
                .map((rs, _) -> read(rs))
                .list());
  }

  private static Invitation read(ResultSet rs) throws SQLException {
    @Nullable Long uses = longOrNull(rs, "uses");
    return new Invitation(
        rs.getLong("id"),
        rs.getString("preview"),
        uses == null ? null : uses.intValue(),
        rs.getInt("uses_left"),
        instant(rs, "expires_at"));
  }

  /** Deletes an invitation; false if it does not exist. */
  public boolean withdraw(long id) {
    return jdbi.withHandle(handle -> handle.execute("DELETE FROM invitations WHERE id = ?", id))
        == 1;
  }

  /** Whether a code can be used now. Checked first, because hashing the new password takes long. */
  public boolean isUsable(String code) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT EXISTS (SELECT FROM invitations WHERE hash = :hash AND uses_left > 0
                      AND expires_at > :now)
                    """)
                .bind("hash", Sha256.of(code))
                .bind("now", clock.instant())
                .mapTo(Boolean.class)
                .one());
  }

  /**
   * Uses a code once, inside the transaction that creates the user; false if it can no longer be
   * used.
   */
  boolean redeem(Handle handle, String code) {
    return handle.execute(
            """
            UPDATE invitations SET uses_left = uses_left - 1
            WHERE hash = ? AND uses_left > 0 AND expires_at > ?
            """,
            Sha256.of(code),
            clock.instant())
        == 1;
  }
}
