package potluck.gateway.key;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key that a user has made for a program. The key itself is not in here: it was shown once.
 * Immutable.
 *
 * @param preview what may be shown again: eight characters and dots
 * @param configType the origin's channel label; decides nothing
 * @param allowedModels public model names that it may call; empty means all
 * @param allowedAddresses networks that it may be used from, such as {@code 10.0.0.0/8}; empty
 *     means any
 * @param onlyDedicated whether only its owner's dedicated accounts serve it
 * @param loopbackOnly whether it is refused from other machines
 * @param managesAccounts whether it looks after accounts too: an older backend's, for one of its
 *     users
 */
public record ApiKey(
    long id,
    long userId,
    String preview,
    @Nullable String name,
    @Nullable String description,
    String configType,
    boolean active,
    List<String> allowedModels,
    List<String> allowedAddresses,
    boolean onlyDedicated,
    boolean loopbackOnly,
    boolean managesAccounts,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant expiresAt) {

  public boolean allows(String model) {
    return allowedModels.isEmpty() || allowedModels.contains(model);
  }
}
