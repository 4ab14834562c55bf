package potluck.gateway.identity;

import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Registration of new users. Thread-safe. */
public final class Registration {
  private final Jdbi jdbi;
  private final Invitations invitations;
  private final Mode mode;

  /** Who may register. */
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

  /** Whether a user with this invitation code may register. */
  public boolean allows(@Nullable String invitation) {
    return switch (mode) {
      case OPEN -> true;
      case INVITE -> invitation != null && invitations.isUsable(invitation);
      case CLOSED -> false;
    };
  }

  /**
   * Creates a user. The invitation is used up only if the user is created.
   *
   * @return empty if the name is taken, or if the invitation was used up meanwhile
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
