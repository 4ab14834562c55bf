package potluck.gateway.plugin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Secret;

/**
 * A user's account at the Plug-in service. Immutable.
 *
 * @param account its id in the pool and in usage rows
 * @param pluginUserId the user's id at the service; null until the service has created the user
 * @param key the user's key at the service; null until the service has issued it
 */
public record PluginUser(
    long id,
    long user,
    AccountId account,
    @Nullable String pluginUserId,
    @Nullable Secret key,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant lastUsedAt) {}
