package potluck.server.api.account;

import java.util.ArrayList;
import java.util.List;
import potluck.gateway.account.Accounts;
import potluck.gateway.grant.Consents;
import potluck.gateway.grant.Grants;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.relay.NeutralProbe;
import potluck.gateway.upstream.AllowedHosts;
import potluck.server.http.Route;

/**
 * Accounts at providers: brought, changed, tried, exported, given by consent.
 *
 * @param accounts all of them
 * @param pool that they are in
 * @param catalogue of providers
 * @param allowed hosts that an account may name
 * @param consents that are under way
 * @param grants of those that were given
 * @param probe by which an account is tried
 * @param most accounts that a user may have
 */
public record AccountApi(
    Accounts accounts,
    Pool pool,
    Catalogue catalogue,
    AllowedHosts allowed,
    Consents consents,
    Grants grants,
    NeutralProbe probe,
    int most) {

  /** Those that are served where the pool is here. */
  public List<Route> routes() {
    AccountForms forms = new AccountForms(catalogue, allowed);
    AccountBound bound = new AccountBound(accounts, most);
    AccountRoutes shown = new AccountRoutes(accounts, pool, catalogue, forms, bound);
    List<Route> routes = new ArrayList<>(shown.routes());
    routes.addAll(new AccountCareRoutes(accounts, shown, forms, catalogue, grants, probe).routes());
    routes.addAll(new ConsentRoutes(consents, grants, catalogue, accounts, shown, bound).routes());
    routes.addAll(new AccountFileRoutes(accounts, forms, bound).routes());
    routes.addAll(new AccountSightRoutes(accounts, shown, forms).routes());
    return routes;
  }
}
