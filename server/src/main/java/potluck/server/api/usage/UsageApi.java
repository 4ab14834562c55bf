package potluck.server.api.usage;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import potluck.gateway.account.Accounts;
import potluck.gateway.pool.Pool;
import potluck.gateway.relay.Counting;
import potluck.gateway.route.Routes;
import potluck.server.api.identity.People;
import potluck.server.http.Route;

/**
 * What was used, what it cost, what is left, and what a call would take.
 *
 * @param books that it is written in
 * @param people whose use it is
 * @param accounts that served
 * @param pool that they are in
 * @param counting of tokens before a call
 * @param ways from a model's name to accounts
 */
public record UsageApi(
    Books books,
    People people,
    Accounts accounts,
    Pool pool,
    Counting counting,
    Routes ways,
    InstantSource clock) {

  /** Those that are served wherever the pool is. */
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new UsageRoutes(books.usage()).routes());
    routes.addAll(new RequestBodyRoutes(books.bodies(), people.audit()).routes());
    routes.addAll(new UsageSumRoutes(books.usage()).routes());
    routes.addAll(new ExportRoutes(books.usage(), books.export(), people.audit()).routes());
    routes.addAll(new StatementRoutes(books.statements(), books.quotas(), pool, clock).routes());
    routes.addAll(
        new PriceRoutes(books.prices(), books.tariff().prices(), pool, people.audit(), clock)
            .routes());
    routes.addAll(
        new PreviewRoutes(counting, ways, books.tariff(), books.quotas(), clock).routes());
    return routes;
  }

  /** Those that are served where the pool is here: quota in it, and of its accounts. */
  public List<Route> ofThePool() {
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        new QuotaRoutes(
                books.quotas(), books.accounting(), people.users(), pool, people.audit(), clock)
            .routes());
    routes.addAll(
        new PoolUsageRoutes(
                accounts, pool, books.tariff().groups(), books.quotas(), books.accounting())
            .routes());
    return routes;
  }
}
