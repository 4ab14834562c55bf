package potluck.server.http;

import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import potluck.gateway.account.Accounts;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.Refreshes;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Revocations;
import potluck.gateway.identity.Roster;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.meter.PriceBook;
import potluck.gateway.meter.Tariff;
import potluck.gateway.meter.Usage;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.quota.Accounting;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.gateway.relay.Counting;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.Retries;
import potluck.gateway.upstream.AllowedHosts;

/** What the routes are made of, and the list of all of them: the table of contents of the API. */
public record House(
    Users users,
    Passwords passwords,
    Sessions sessions,
    Refreshes refreshes,
    Devices devices,
    Revocations revocations,
    ResetLinks resetLinks,
    Roster roster,
    SetupLinks setupLinks,
    AccessTokens access,
    ApiKeys keys,
    Accounts accounts,
    Catalogue catalogue,
    AllowedHosts allowed,
    Pool pool,
    Relay relay,
    Retries retries,
    Counting counting,
    Usage usage,
    Quotas quotas,
    LimitBook limits,
    Accounting accounting,
    Statements statements,
    PriceBook prices,
    Tariff tariff,
    boolean checkUsername,
    Streaming streaming,
    BooleanSupplier databaseReached,
    BooleanSupplier draining,
    InstantSource clock) {

  /** Every route that is served. */
  List<Route> routes(Watch watch) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new HealthRoutes(databaseReached, draining).routes());
    routes.addAll(new SetupRoutes(setupLinks, passwords).routes());
    routes.addAll(new AuthRoutes(users, passwords, sessions, devices, clock).routes());
    routes.addAll(new RefreshRoutes(refreshes, clock).routes());
    routes.addAll(new SessionRoutes(sessions, devices, revocations).routes());
    routes.addAll(new PasswordRoutes(passwords, revocations, resetLinks).routes());
    routes.addAll(new ProfileRoutes(users, checkUsername, clock).routes());
    routes.addAll(new UserRoutes(users, roster, resetLinks, passwords).routes());
    routes.addAll(new ApiKeyRoutes(keys, limits).routes());
    routes.addAll(new AccountRoutes(accounts, pool, catalogue, allowed).routes());
    routes.addAll(new ModelRoutes(relay, retries, watch, streaming.ccWhole()).routes());
    routes.addAll(new CountRoutes(counting).routes());
    routes.addAll(new ModelListRoutes(pool).routes());
    routes.addAll(new UsageRoutes(usage).routes());
    routes.addAll(new UsageSumRoutes(usage).routes());
    routes.addAll(new ExportRoutes(usage).routes());
    routes.addAll(new QuotaRoutes(quotas, accounting, users, clock).routes());
    routes.addAll(
        new PoolUsageRoutes(accounts, pool, tariff.groups(), quotas, accounting).routes());
    routes.addAll(new StatementRoutes(statements, quotas, clock).routes());
    routes.addAll(new PriceRoutes(prices, tariff.prices(), pool, clock).routes());
    routes.addAll(new LimitRoutes(users, limits).routes());
    routes.addAll(new PreviewRoutes(counting, tariff, quotas, clock).routes());
    return List.copyOf(routes);
  }

  /** A door that only says that the house is not ready, while its database is away. */
  public static Site vestibule(String host, int port) {
    Connections connections = new Connections(http1(8192));
    return new Site(
        host,
        port,
        new HealthRoutes(() -> false, () -> false).routes(),
        null,
        new Bodies(0),
        connections,
        new Watch(connections::sweep, Duration.ofSeconds(10)));
  }

  private static Http1Config http1(int headerBytes) {
    return Http1Config.builder()
        .maxHeadersSize(headerBytes)
        .maxPrologueLength(8192)
        .sendKeepAliveHeader(false)
        .continueImmediately(true)
        .build();
  }

  /**
   * Opens the doors.
   *
   * @param port 0 takes any free one
   * @param bodyBytes of a request's body at most
   * @param headerBytes of a request's head at most
   */
  public Site open(String host, int port, long bodyBytes, int headerBytes) {
    Connections connections = new Connections(http1(headerBytes));
    Watch watch = new Watch(connections::sweep, streaming.pulse());
    return new Site(
        host,
        port,
        routes(watch),
        new Identify(access, sessions, users, keys, clock),
        new Bodies(bodyBytes),
        connections,
        watch);
  }
}
