package potluck.gateway.plugin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Secret;

/**
 * A user's place at the Plug-in service. Immutable.
 *
 * @param account how it is named in the pool and in rows of usage
 * @param pluginUserId how the service names the user; null until it has made one
 * @param key the user's own there; null until it has made one
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
