package potluck.server;

import java.time.InstantSource;
import java.util.Optional;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Supply;
import potluck.gateway.account.Vault;
import potluck.gateway.grant.Consents;
import potluck.gateway.grant.Grants;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.Embedded;
import potluck.gateway.plugin.Plugin;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Credentials;
import potluck.gateway.relay.NeutralProbe;
import potluck.gateway.route.RouteBook;
import potluck.gateway.route.Routes;
import potluck.server.api.account.AccountApi;
import potluck.server.settings.Settings;

/**
 * Where calls are served from: people's accounts, or seats at a service elsewhere.
 *
 * @param away where the pool is elsewhere
 */
record PoolWiring(
    Catalogue catalogue,
    Vault vault,
    Accounts accounts,
    Grants grants,
    NeutralProbe probe,
    Optional<PlugIn> away,
    Pool pool,
    RouteBook routeBook,
    Routes routes) {

  static PoolWiring of(Ground ground, Users users) {
    Settings settings = ground.settings();
    InstantSource clock = ground.clock();
    Catalogue catalogue = Wiring.catalogue(settings.upstreams());
    Vault vault = new Vault(settings.tokens().fernet(), clock);
    Accounts accounts = new Accounts(ground.jdbi(), vault, ground.changes());
    Grants grants =
        new Grants(
            ground.steady(), accounts, catalogue, ground.changes(), ground.upstream(), clock);
    NeutralProbe probe = new NeutralProbe(ground.upstream(), grants, clock);
    Optional<PlugIn> away =
        settings.plugin().service().map(service -> PlugIn.at(service, ground, vault, users));
    Settings.Pooling pooling = settings.pooling();
    Pool pool =
        new Pool(
            away.<Supply>map(PlugIn::seats).orElse(accounts),
            away.map(it -> catalogue.with(it.provider())).orElse(catalogue),
            ground.changes(),
            new Pool.Rules(
                pooling.mostWaiting(),
                pooling.turnPatience(),
                pooling.longestRest(),
                pooling.affinity(),
                pooling.conversations()),
            probe,
            clock);
    RouteBook book = new RouteBook(ground.jdbi(), ground.changes());
    return new PoolWiring(
        catalogue, vault, accounts, grants, probe, away, pool, book, new Routes(book::rules));
  }

  /** What calls are made with. */
  Credentials credentials() {
    return away.<Credentials>map(PlugIn::remote).orElse(grants);
  }

  /** Where the pool is. */
  Plugin plugin() {
    return away.<Plugin>map(PlugIn::remote).orElseGet(() -> new Embedded(pool));
  }

  /** What people do with their accounts. */
  AccountApi api(Ground ground) {
    Consents consents =
        new Consents(
            ground.jdbi(),
            catalogue,
            accounts,
            grants,
            ground.settings().upstreams().consentRedirect(),
            ground.clock());
    int most = ground.settings().doors().mostAccounts();
    return new AccountApi(
        accounts, pool, catalogue, ground.allowed(), consents, grants, probe, most);
  }
}
