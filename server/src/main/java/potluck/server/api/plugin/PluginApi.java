package potluck.server.api.plugin;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.plugin.PoolBackend;
import potluck.gateway.plugin.RemotePool;
import potluck.gateway.pool.Pool;
import potluck.server.api.identity.IdentityServices;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Surface;

/**
 * The two sides of the Plug-in API: the pool is at a service, or AntiHub backends use this pool.
 *
 * @param plugin where the pool is
 * @param pluginServiceKey the admin key of AntiHub backends; null for none
 */
public record PluginApi(
    PoolBackend plugin,
    @Nullable Secret pluginServiceKey,
    IdentityServices identity,
    Accounts accounts,
    Pool pool,
    InstantSource clock) {

  /**
   * All routes of this package.
   *
   * @param accountRoutes about the accounts of the pool
   * @param usageRoutes about the usage of the pool
   */
  public List<HttpRoute> routes(List<HttpRoute> accountRoutes, List<HttpRoute> usageRoutes) {
    PluginRoutes own = new PluginRoutes(identity.users(), accounts, pool, clock);
    List<HttpRoute> embedded = new ArrayList<>(accountRoutes);
    embedded.addAll(own.routes());
    embedded.addAll(usageRoutes);
    List<HttpRoute> routes =
        new ArrayList<>(
            plugin instanceof RemotePool remote
                ? new RemotePoolRoutes(remote).forward(embedded)
                : embedded);
    if (pluginServiceKey != null) {
      routes.addAll(
          new PluginServiceRoutes(
                  identity.users(), identity.userAdmin(), identity.apiKeys(), identity.audit())
              .routes(embedded));
      routes.add(
          new HttpRoute(
              "GET",
              "/api/quotas/low",
              AccessPolicy.SERVICE,
              Surface.PLUGIN_SERVICE,
              own::lowQuotas));
    }
    return routes;
  }
}
