package potluck.server.api;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.key.Networks;
import potluck.gateway.plugin.Plugin;
import potluck.gateway.store.Changes;
import potluck.server.api.account.AccountApi;
import potluck.server.api.identity.IdentityApi;
import potluck.server.api.identity.People;
import potluck.server.api.key.KeyApi;
import potluck.server.api.model.ModelApi;
import potluck.server.api.plugin.PluginApi;
import potluck.server.api.usage.Books;
import potluck.server.api.usage.UsageApi;
import potluck.server.http.ClientAddress;
import potluck.server.http.Connections;
import potluck.server.http.Cors;
import potluck.server.http.Fence;
import potluck.server.http.Front;
import potluck.server.http.Identify;
import potluck.server.http.Route;
import potluck.server.http.Site;
import potluck.server.http.Watch;

/**
 * What the routes are made of, and the list of all of them: the table of contents of the API.
 *
 * @param guestsKey of older backends that have their pool here; null where none has
 * @param pulse silence after which a stream gets a sign of life
 * @param cacheState how Redis is; null where none is wanted
 * @param draining whether it stops
 */
public record House(
    Doorway doorway,
    People people,
    Books books,
    AccountApi account,
    ModelApi model,
    @Nullable Secret guestsKey,
    Duration pulse,
    Changes changes,
    BooleanSupplier databaseReached,
    @Nullable Supplier<HealthRoutes.Cache> cacheState,
    BooleanSupplier draining,
    InstantSource clock) {

  /** Every route that is served. */
  List<Route> routes(Watch watch) {
    Plugin plugin = model.plugin();
    UsageApi usage =
        new UsageApi(
            books,
            people,
            account.accounts(),
            account.pool(),
            model.counting(),
            model.ways(),
            clock);
    PluginApi plugIn =
        new PluginApi(plugin, guestsKey, people, account.accounts(), account.pool(), clock);

    List<Route> routes = new ArrayList<>();
    routes.addAll(HealthRoutes.open(databaseReached, draining, cacheState).routes());
    if (doorway.docs()) {
      routes.addAll(new DocsRoutes().routes());
    }
    routes.addAll(
        IdentityApi.routes(people, doorway.logins(), doorway.checkUsername(), plugin, clock));
    routes.addAll(KeyApi.routes(people, books, doorway.mostKeys()));
    routes.addAll(plugIn.routes(account.routes(), usage.ofThePool()));
    routes.addAll(model.routes(watch));
    routes.addAll(usage.routes());
    return List.copyOf(routes);
  }

  /** A door that only says that the house is not ready, while its database is away. */
  public static Site vestibule(String host, int port) {
    Connections connections = new Connections(Fence.BEFORE_THE_HOUSE, Networks.of(List.of()));
    Front front =
        new Front(
            HealthRoutes.starting().routes(),
            null,
            Fence.BEFORE_THE_HOUSE,
            new ClientAddress(Networks.of(List.of())),
            new Cors(Set.of()),
            () -> false);
    return new Site(host, port, front, connections, new Watch(connections, Duration.ofSeconds(10)));
  }

  /** Opens the doors. */
  public Site open() {
    Connections connections = new Connections(doorway.fence(), doorway.trusted());
    Watch watch = new Watch(connections, pulse);
    new Recall(watch, people.users(), people.sessions(), people.keys(), changes).start();
    Front front =
        new Front(
            routes(watch),
            new Identify(
                people.access(),
                people.sessions(),
                people.users(),
                people.keys(),
                people.lastUse(),
                guestsKey,
                clock),
            doorway.fence(),
            new ClientAddress(doorway.trusted()),
            new Cors(doorway.origins()),
            () -> connections.isLast() || draining.getAsBoolean());
    return new Site(doorway.host(), doorway.port(), front, connections, watch);
  }
}
