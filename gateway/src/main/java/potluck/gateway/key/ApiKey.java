package potluck.gateway.key;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An API key that a user has created for a program. It does not contain the key itself, which is
 * shown only once. Immutable.
 *
 * @param preview the first eight characters and dots
 * @param configType AntiHub's channel label; stored and shown, without effect
 * @param allowedModels public names of the models it may call; empty allows all
 * @param allowedAddresses networks it may be used from, such as {@code 10.0.0.0/8}; empty allows
 *     any
 * @param onlyDedicated whether only its owner's dedicated accounts serve it
 * @param loopbackOnly whether it works only from the server's own machine
 * @param managesAccounts whether another backend may manage its user's accounts with it
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
