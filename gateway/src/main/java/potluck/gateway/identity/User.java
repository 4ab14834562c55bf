package potluck.gateway.identity;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A person with a login. It is not an account (that is a credential at a provider). Immutable.
 *
 * @param trustLevel 0 to 9; from 3 on an administrator
 * @param active whether the user may do anything at all
 * @param silenced may log in and read, may not call models
 * @param preferShared whether shared accounts are drawn from before the user's own
 * @param auditor may read everything but secrets, and change nothing
 * @param onlyDedicated whether only the user's own dedicated accounts serve
 * @param pluginId how the Plug-in API names the user
 * @param epoch rises when all access tokens given before must die
 */
public record User(
    long id,
    String username,
    @Nullable String passwordHash,
    @Nullable String avatarUrl,
    int trustLevel,
    boolean active,
    boolean silenced,
    int beta,
    boolean preferShared,
    boolean auditor,
    boolean onlyDedicated,
    UUID pluginId,
    long epoch,
    Instant createdAt,
    @Nullable Instant lastLoginAt) {
  public static final int ADMIN_TRUST_LEVEL = 3;

  /** Whether all users' affairs may be read. */
  public boolean mayAudit() {
    return auditor || isAdmin();
  }

  public boolean isAdmin() {
    return trustLevel >= ADMIN_TRUST_LEVEL;
  }
}
