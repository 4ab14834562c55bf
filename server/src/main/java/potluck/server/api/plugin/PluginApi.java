package potluck.server.api.plugin;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.plugin.Plugin;
import potluck.gateway.plugin.Remote;
import potluck.gateway.pool.Pool;
import potluck.server.api.identity.People;
import potluck.server.http.Policy;
import potluck.server.http.Route;

/**
 * The Plug-in API's two sides: the pool is elsewhere, or others have theirs here.
 *
 * @param plugin where the pool is
 * @param guestsKey of older backends that have their pool here; null where none has
 */
public record PluginApi(
    Plugin plugin,
    @Nullable Secret guestsKey,
    People people,
    Accounts accounts,
    Pool pool,
    InstantSource clock) {

  /**
   * @param accountRoutes about the pool's accounts
   * @param usageRoutes about what is used of it
   */
  public List<Route> routes(List<Route> accountRoutes, List<Route> usageRoutes) {
    PluginRoutes own = new PluginRoutes(people.users(), accounts, pool, clock);
    List<Route> embedded = new ArrayList<>(accountRoutes);
    embedded.addAll(own.routes());
    embedded.addAll(usageRoutes);
    List<Route> routes =
        new ArrayList<>(
            plugin instanceof Remote remote ? new RemoteRoutes(remote).of(embedded) : embedded);
    if (guestsKey != null) {
      routes.addAll(
          new ServiceRoutes(people.users(), people.roster(), people.keys(), people.audit())
              .routes(embedded));
      routes.add(new Route("GET", "/api/quotas/low", Policy.SERVICE, own::low));
    }
    return routes;
  }
}
