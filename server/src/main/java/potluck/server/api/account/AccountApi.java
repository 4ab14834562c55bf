package potluck.server.api.account;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import potluck.gateway.account.Accounts;
import potluck.gateway.grant.ConsentFlow;
import potluck.gateway.grant.Grants;
import potluck.gateway.meter.ServedToday;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.quota.Quotas;
import potluck.gateway.relay.NeutralProbe;
import potluck.gateway.relay.UpstreamModels;
import potluck.gateway.upstream.AllowedHosts;
import potluck.server.http.HttpRoute;

/**
 * Accounts at providers: create, change, test, export, consent.
 *
 * @param accounts all accounts
 * @param pool the pool that they are in
 * @param catalogue the providers
 * @param allowedHosts private hosts that an account may name
 * @param consents the consent flow
 * @param grants the tokens that consents gave
 * @param probe tests an account
 * @param upstreamModels asks providers for their models
 * @param maxPerUser accounts that a user may have
 */
public record AccountApi(
    Accounts accounts,
    Pool pool,
    Catalogue catalogue,
    AllowedHosts allowedHosts,
    ConsentFlow consents,
    Grants grants,
    NeutralProbe probe,
    UpstreamModels upstreamModels,
    int maxPerUser,
    InstantSource clock) {

  /**
   * The routes that exist if the pool is on this server.
   *
   * @param servedToday counts what each account served
   * @param quotas credits accounts that were seen to serve
   */
  public List<HttpRoute> routes(ServedToday servedToday, Quotas quotas) {
    AccountValidator forms = new AccountValidator(catalogue, allowedHosts);
    AccountLimitCheck bound = new AccountLimitCheck(accounts, maxPerUser);
    AccountRoutes shown =
        new AccountRoutes(accounts, pool, catalogue, forms, bound, servedToday, quotas);
    List<HttpRoute> routes = new ArrayList<>(shown.routes());
    routes.addAll(
        new AccountMaintenanceRoutes(accounts, shown, forms, catalogue, grants, probe, quotas)
            .routes());
    routes.addAll(new ConsentRoutes(consents, grants, catalogue, accounts, shown, bound).routes());
    routes.addAll(new AccountFileRoutes(accounts, forms, bound).routes());
    routes.addAll(new AccountDetailRoutes(accounts, shown, forms).routes());
    return routes;
  }

  /** The routes that exist if the pool is on this server and that AntiHub's service has not. */
  public List<HttpRoute> ownRoutes() {
    List<HttpRoute> routes = new ArrayList<>(new ProviderRoutes(catalogue).routes());
    routes.addAll(
        new ProbeRoutes(
                new AccountValidator(catalogue, allowedHosts),
                catalogue,
                grants,
                probe,
                upstreamModels,
                clock)
            .routes());
    return routes;
  }
}
