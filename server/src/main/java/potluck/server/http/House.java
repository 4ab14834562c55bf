package potluck.server.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.grant.Consents;
import potluck.gateway.grant.Grants;
import potluck.gateway.key.Networks;
import potluck.gateway.plugin.Plugin;
import potluck.gateway.plugin.Remote;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.relay.Counting;
import potluck.gateway.relay.NeutralProbe;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.Retries;
import potluck.gateway.route.RouteBook;
import potluck.gateway.route.Routes;
import potluck.gateway.store.Changes;
import potluck.gateway.upstream.AllowedHosts;

/** What the routes are made of, and the list of all of them: the table of contents of the API. */
public record House(
    Doorway doorway,
    People people,
    Books books,
    Accounts accounts,
    Catalogue catalogue,
    AllowedHosts allowed,
    Pool pool,
    Plugin plugin,
    @Nullable Secret guestsKey,
    Routes modelRoutes,
    RouteBook routeBook,
    Consents consents,
    Grants grants,
    NeutralProbe probe,
    Relay relay,
    Retries retries,
    Counting counting,
    Streaming streaming,
    Changes changes,
    BooleanSupplier databaseReached,
    @Nullable Supplier<HealthRoutes.Cache> cacheState,
    BooleanSupplier draining,
    InstantSource clock) {

  /** Every route that is served. */
  List<Route> routes(Watch watch) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(HealthRoutes.open(databaseReached, draining, cacheState).routes());
    if (doorway.docs()) {
      routes.addAll(new DocsRoutes().routes());
    }
    identity(routes);
    plugIn(routes);
    routes.addAll(
        new ModelRoutes(relay, retries, watch, books.bodies(), clock, streaming.ccWhole())
            .routes());
    routes.addAll(new CountRoutes(counting).routes());
    routes.addAll(new ModelListRoutes(plugin, pool, modelRoutes).routes());
    routes.addAll(new RouteRuleRoutes(routeBook, people.audit()).routes());
    routes.addAll(new ExplainRoutes(modelRoutes, pool, books.tariff(), clock).routes());
    money(routes);
    return List.copyOf(routes);
  }

  /** The Plug-in API's two sides: the pool is elsewhere, or others have theirs here. */
  private void plugIn(List<Route> routes) {
    List<Route> embedded = new ArrayList<>();
    pooled(embedded);
    PluginRoutes own = new PluginRoutes(people.users(), accounts, pool, clock);
    embedded.addAll(own.routes());
    Books b = books;
    embedded.addAll(
        new QuotaRoutes(b.quotas(), b.accounting(), people.users(), pool, people.audit(), clock)
            .routes());
    embedded.addAll(
        new PoolUsageRoutes(accounts, pool, b.tariff().groups(), b.quotas(), b.accounting())
            .routes());
    routes.addAll(
        plugin instanceof Remote remote ? new RemoteRoutes(remote).of(embedded) : embedded);
    if (guestsKey != null) {
      People p = people;
      routes.addAll(new ServiceRoutes(p.users(), p.roster(), p.keys(), p.audit()).routes(embedded));
      routes.add(new Route("GET", "/api/quotas/low", Policy.SERVICE, own::low));
    }
  }

  private void pooled(List<Route> routes) {
    AccountForms forms = new AccountForms(catalogue, allowed);
    AccountRoutes shown = new AccountRoutes(accounts, pool, catalogue, forms);
    routes.addAll(shown.routes());
    routes.addAll(new AccountCareRoutes(accounts, shown, forms, catalogue, grants, probe).routes());
    routes.addAll(new ConsentRoutes(consents, grants, catalogue, accounts, shown).routes());
    routes.addAll(new AccountFileRoutes(accounts, forms).routes());
    routes.addAll(new AccountSightRoutes(accounts, shown, forms).routes());
  }

  private void identity(List<Route> routes) {
    People p = people;
    AuthRoutes auth =
        new AuthRoutes(
            p.users(),
            p.passwords(),
            p.sessions(),
            p.devices(),
            new LoginGuard(doorway.logins(), clock),
            p.audit(),
            plugin);
    routes.addAll(new SetupRoutes(p.setupLinks(), p.passwords(), plugin).routes());
    routes.addAll(auth.routes());
    routes.addAll(
        new RegistrationRoutes(
                p.registration(), p.invitations(), p.users(), p.passwords(), auth, p.audit(), clock)
            .routes());
    LoginRoutes logins =
        new LoginRoutes(p.logins(), p.identities(), p.newUsersByLogin(), auth, p.audit(), clock);
    routes.addAll(logins.routes());
    routes.addAll(new IdentityRoutes(p.logins(), p.identities(), logins, p.audit()).routes());
    routes.addAll(new ChannelRoutes(p.channels()).routes());
    routes.addAll(new RefreshRoutes(p.refreshes(), clock).routes());
    routes.addAll(new SessionRoutes(p.sessions(), p.devices(), p.revocations()).routes());
    routes.addAll(new PasswordRoutes(p.passwords(), p.revocations(), p.resetLinks()).routes());
    routes.addAll(new ProfileRoutes(p.users(), doorway.checkUsername(), clock).routes());
    routes.addAll(
        new UserRoutes(
                p.users(),
                p.roster(),
                p.resetLinks(),
                p.passwords(),
                p.devices(),
                p.audit(),
                plugin)
            .routes());
    routes.addAll(new AuditRoutes(p.audit()).routes());
    routes.addAll(
        new ApiKeyRoutes(p.keys(), books.limits(), p.audit(), doorway.mostKeys()).routes());
  }

  private void money(List<Route> routes) {
    Books b = books;
    routes.addAll(new UsageRoutes(b.usage()).routes());
    routes.addAll(new RequestBodyRoutes(b.bodies(), people.audit()).routes());
    routes.addAll(new UsageSumRoutes(b.usage()).routes());
    routes.addAll(new ExportRoutes(b.usage(), b.export(), people.audit()).routes());
    routes.addAll(new StatementRoutes(b.statements(), b.quotas(), pool, clock).routes());
    routes.addAll(
        new PriceRoutes(b.prices(), b.tariff().prices(), pool, people.audit(), clock).routes());
    routes.addAll(new LimitRoutes(people.users(), b.limits(), people.audit()).routes());
    routes.addAll(new TeamRoutes(b.teams(), people.users(), b.limits(), people.audit()).routes());
    routes.addAll(new PreviewRoutes(counting, modelRoutes, b.tariff(), b.quotas(), clock).routes());
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
    Watch watch = new Watch(connections, streaming.pulse());
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
