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
import potluck.gateway.key.CidrRanges;
import potluck.gateway.plugin.PoolBackend;
import potluck.gateway.plugin.RemotePool;
import potluck.gateway.store.ChangeFeed;
import potluck.server.api.account.AccountApi;
import potluck.server.api.account.AccountNames;
import potluck.server.api.account.PoolRoutes;
import potluck.server.api.admin.AdminApi;
import potluck.server.api.console.ConsoleRoutes;
import potluck.server.api.identity.IdentityApi;
import potluck.server.api.identity.IdentityServices;
import potluck.server.api.key.KeyApi;
import potluck.server.api.live.LiveHub;
import potluck.server.api.live.LiveRoutes;
import potluck.server.api.model.ModelApi;
import potluck.server.api.plugin.PluginApi;
import potluck.server.api.usage.UsageApi;
import potluck.server.api.usage.UsageServices;
import potluck.server.http.Authenticator;
import potluck.server.http.ClientAddress;
import potluck.server.http.Connections;
import potluck.server.http.Cors;
import potluck.server.http.HttpRoute;
import potluck.server.http.HttpServer;
import potluck.server.http.InFlightCalls;
import potluck.server.http.RequestHandler;
import potluck.server.http.ServerLimits;

/**
 * Builds all routes and the HTTP server: the table of contents of the API.
 *
 * @param pluginServiceKey the admin key of AntiHub backends that use this pool; null for none
 * @param live tells open pages what changes
 * @param admin what operators see
 * @param keepAlive silence after which a stream gets a keep-alive
 * @param cacheState the state of Redis; null if none is set
 * @param draining whether the server is stopping
 */
public record ApiServer(
    ServerConfig config,
    IdentityServices identity,
    UsageServices usageServices,
    AccountApi account,
    ModelApi model,
    @Nullable Secret pluginServiceKey,
    Duration keepAlive,
    ChangeFeed changes,
    LiveHub live,
    AdminApi admin,
    BooleanSupplier databaseReached,
    @Nullable Supplier<HealthRoutes.Cache> cacheState,
    BooleanSupplier draining,
    InstantSource clock) {

  /** Every route that is served. */
  List<HttpRoute> routes(InFlightCalls inFlightCalls) {
    PoolBackend plugin = model.plugin();
    AccountNames names = new AccountNames(identity.users(), config.hidePoolNames());
    UsageApi usage =
        new UsageApi(
            usageServices,
            identity,
            account.accounts(),
            names,
            account.pool(),
            model.counting(),
            model.modelRoutes(),
            clock);
    PluginApi pluginApi =
        new PluginApi(
            plugin, pluginServiceKey, identity, account.accounts(), account.pool(), clock);

    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(
        HealthRoutes.open(databaseReached, draining, cacheState, config.console().served())
            .routes());
    if (config.console().served()) {
      routes.addAll(new ConsoleRoutes(config.console().folder()).routes());
    }
    routes.addAll(
        IdentityApi.routes(
            identity,
            config.loginLimits(),
            config.checkUsername(),
            config.publicUrl(),
            config.console().served(),
            plugin,
            clock));
    routes.addAll(KeyApi.routes(identity, usageServices, config.maxKeysPerUser()));
    routes.addAll(
        pluginApi.routes(
            account.routes(usageServices.servedToday(), usageServices.quotas()),
            usage.poolRoutes()));
    if (!(plugin instanceof RemotePool)) {
      routes.addAll(account.ownRoutes());
    }
    routes.addAll(
        new PoolRoutes(account.pool(), names, usageServices.servedToday(), clock).routes());
    routes.addAll(model.routes(inFlightCalls, names));
    routes.addAll(usage.routes());
    routes.addAll(admin.routes(identity, usageServices, account));
    routes.addAll(
        new LiveRoutes(
                live,
                usageServices.quotas(),
                identity.users(),
                identity.sessions(),
                inFlightCalls,
                config.maxLiveStreams(),
                clock)
            .routes());
    if (config.serveDocs()) {
      routes.addAll(DocsRoutes.describing(routes));
    }
    return List.copyOf(routes);
  }

  /** A server that only answers health checks, while the database is unreachable. */
  public static HttpServer startingServer(ServerConfig config) {
    Connections connections =
        new Connections(ServerLimits.WHILE_STARTING, CidrRanges.of(List.of()));
    RequestHandler requestHandler =
        new RequestHandler(
            HealthRoutes.starting().routes(),
            null,
            ServerLimits.WHILE_STARTING.requests(),
            new ClientAddress(CidrRanges.of(List.of())),
            new Cors(Set.of()),
            () -> false,
            config.defaultLanguage());
    return new HttpServer(
        config.host(),
        config.port(),
        requestHandler,
        connections,
        new InFlightCalls(connections, Duration.ofSeconds(10)));
  }

  /** Starts listening. */
  public HttpServer start() {
    Connections connections = new Connections(config.limits(), config.trustedProxies());
    InFlightCalls inFlightCalls = new InFlightCalls(connections, keepAlive);
    new RevokedCallCanceller(
            inFlightCalls, identity.users(), identity.sessions(), identity.apiKeys(), changes)
        .start();
    RequestHandler requestHandler =
        new RequestHandler(
            routes(inFlightCalls),
            new Authenticator(
                identity.accessTokens(),
                identity.sessions(),
                identity.users(),
                identity.apiKeys(),
                identity.lastUse(),
                pluginServiceKey,
                clock),
            config.limits().requests(),
            new ClientAddress(config.trustedProxies()),
            new Cors(config.corsOrigins()),
            () -> connections.isClosingAfterResponse() || draining.getAsBoolean(),
            config.defaultLanguage());
    return new HttpServer(config.host(), config.port(), requestHandler, connections, inFlightCalls);
  }
}
