package potluck.server.bootstrap;

import java.time.InstantSource;
import java.util.Optional;
import potluck.gateway.account.AccountSource;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.grant.ConsentFlow;
import potluck.gateway.grant.Grants;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.EmbeddedPool;
import potluck.gateway.plugin.PoolBackend;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.relay.NeutralProbe;
import potluck.gateway.relay.UpstreamModels;
import potluck.gateway.route.RouteRuleStore;
import potluck.gateway.route.Router;
import potluck.server.api.account.AccountApi;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;
import potluck.server.settings.Settings;

/**
 * Builds the pool: the users' accounts, or users at a Plug-in service.
 *
 * @param remotePool set if the pool is at a Plug-in service
 */
record PoolWiring(
    Catalogue catalogue,
    Vault vault,
    Accounts accounts,
    Grants grants,
    NeutralProbe probe,
    Optional<RemotePoolWiring> remotePool,
    Pool pool,
    RouteRuleStore routeBook,
    Router routes) {

  static PoolWiring of(Infrastructure infrastructure, Users users) {
    Settings settings = infrastructure.settings();
    InstantSource clock = infrastructure.clock();
    Catalogue catalogue = settings.upstreams().catalogue();
    Vault vault = new Vault(settings.tokens().fernet(), clock);
    Accounts accounts = new Accounts(infrastructure.jdbi(), vault, infrastructure.changes());
    Grants grants =
        new Grants(
            infrastructure.backgroundJdbi(),
            accounts,
            catalogue,
            infrastructure.changes(),
            infrastructure.upstream(),
            clock);
    NeutralProbe probe = new NeutralProbe(infrastructure.upstream(), grants, clock);
    Optional<RemotePoolWiring> remotePool =
        settings
            .plugin()
            .service()
            .map(service -> RemotePoolWiring.connect(service, infrastructure, vault, users));
    SettingValues values = settings.values();
    Pool pool =
        new Pool(
            remotePool.<AccountSource>map(RemotePoolWiring::pluginUsers).orElse(accounts),
            remotePool.map(it -> catalogue.with(it.provider())).orElse(catalogue),
            infrastructure.changes(),
            new Pool.Rules(
                values.integer(Setting.POOL_MOST_WAITING),
                values.seconds(Setting.POOL_WAIT_SECONDS),
                values.seconds(Setting.POOL_REST_SECONDS),
                values.seconds(Setting.POOL_AFFINITY_SECONDS),
                values.integer(Setting.POOL_AFFINITY_CONVERSATIONS)),
            probe,
            clock);
    RouteRuleStore routeBook = new RouteRuleStore(infrastructure.jdbi(), infrastructure.changes());
    return new PoolWiring(
        catalogue,
        vault,
        accounts,
        grants,
        probe,
        remotePool,
        pool,
        routeBook,
        new Router(routeBook::rules));
  }

  /** The source of credentials for calls. */
  CredentialSource credentials() {
    return remotePool.<CredentialSource>map(RemotePoolWiring::remote).orElse(grants);
  }

  /** The pool backend: on this server or at a Plug-in service. */
  PoolBackend plugin() {
    return remotePool
        .<PoolBackend>map(RemotePoolWiring::remote)
        .orElseGet(() -> new EmbeddedPool(pool));
  }

  /** The services behind the account routes. */
  AccountApi accountApi(Infrastructure infrastructure) {
    SettingValues values = infrastructure.settings().values();
    ConsentFlow consents =
        new ConsentFlow(
            infrastructure.jdbi(),
            catalogue,
            accounts,
            grants,
            infrastructure.settings().oauthRedirectUrl(),
            infrastructure.clock());
    int maxPerUser = values.integer(Setting.ACCOUNTS_PER_USER);
    return new AccountApi(
        accounts,
        pool,
        catalogue,
        infrastructure.allowedHosts(),
        consents,
        grants,
        probe,
        new UpstreamModels(infrastructure.upstream()),
        maxPerUser,
        infrastructure.clock());
  }
}
