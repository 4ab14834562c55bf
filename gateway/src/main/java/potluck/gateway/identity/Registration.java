package potluck.gateway.identity;

import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** How people become users by themselves. Safe for use by many threads. */
public final class Registration {
  private final Jdbi jdbi;
  private final Invitations invitations;
  private final Mode mode;

  /** Who may. */
  public enum Mode {
    OPEN,
    INVITE,
    CLOSED
  }

  public Registration(Jdbi jdbi, Invitations invitations, Mode mode) {
    this.jdbi = jdbi;
    this.invitations = invitations;
    this.mode = mode;
  }

  public Mode mode() {
    return mode;
  }

  /** Whether somebody with this code may register at all. */
  public boolean allows(@Nullable String invitation) {
    return switch (mode) {
      case OPEN -> true;
      case INVITE -> invitation != null && invitations.isUsable(invitation);
      case CLOSED -> false;
    };
  }

  /**
   * Makes a user; an invitation is used only if that comes to pass.
   *
   * @return empty where the name is taken, or the invitation was used up meanwhile
   */
  public Optional<User> register(
      String username, String passwordHash, @Nullable String invitation) {
    return jdbi.inTransaction(
        handle -> {
          Optional<User> user =
              handle
                  .createQuery(
                      """
                      INSERT INTO users (username, password_hash) VALUES (:name, :hash)
                      ON CONFLICT DO NOTHING RETURNING *
                      """)
                  .bind("name", username)
                  .bind("hash", passwordHash)
                  .map((rs, _) -> Users.read(rs))
                  .findOne();
          boolean used =
              mode == Mode.OPEN
                  || user.isEmpty()
                  || (invitation != null && invitations.redeem(handle, invitation));
          if (!used) {
            handle.rollback();
            return Optional.<User>empty();
          }
          return user;
        });
  }
}
