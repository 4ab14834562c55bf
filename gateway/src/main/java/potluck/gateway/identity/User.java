package potluck.gateway.identity;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A person who can log in. It is not an account, which is a credential at a provider. Immutable.
 *
 * @param trustLevel 0 to 9; 3 and higher is an administrator
 * @param active whether the user may do anything at all
 * @param silenced whether the user may log in and read, but not call models
 * @param preferShared whether shared accounts are used before the user's own
 * @param auditor whether the user may read everything except secrets
 * @param onlyDedicated whether only the user's own dedicated accounts serve the user
 * @param pluginId the user's id in the Plug-in API
 * @param epoch raised to make all access tokens that were issued before invalid
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

  /** Whether the user may read the data of all users. */
  public boolean mayAudit() {
    return auditor || isAdmin();
  }

  public boolean isAdmin() {
    return trustLevel >= ADMIN_TRUST_LEVEL;
  }
}
