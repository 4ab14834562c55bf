package potluck.server.api.usage;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import potluck.gateway.account.Accounts;
import potluck.gateway.pool.Pool;
import potluck.gateway.relay.TokenCounter;
import potluck.gateway.route.Router;
import potluck.server.api.account.AccountNames;
import potluck.server.api.identity.IdentityServices;
import potluck.server.http.HttpRoute;

/**
 * The routes around usage.
 *
 * @param usage the services behind them
 * @param identity users and audit
 * @param accounts accounts of the pool
 * @param names how members see accounts of others
 * @param pool the pool
 * @param counting counts tokens before a call
 * @param modelRoutes resolve a model's name to accounts
 */
public record UsageApi(
    UsageServices usage,
    IdentityServices identity,
    Accounts accounts,
    AccountNames names,
    Pool pool,
    TokenCounter counting,
    Router modelRoutes,
    InstantSource clock) {

  /** The routes that exist wherever the pool is. */
  public List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(new UsageRoutes(usage.usage()).routes());
    routes.addAll(new RequestRoutes(usage.usage(), pool, names).routes());
    routes.addAll(new RequestBodyRoutes(usage.bodyLog(), identity.audit()).routes());
    routes.addAll(new UsageAggregateRoutes(usage.usage()).routes());
    routes.addAll(new ExportRoutes(usage.usage(), usage.userExport(), identity.audit()).routes());
    routes.addAll(new StatementRoutes(usage.statements(), usage.quotas(), pool, clock).routes());
    routes.addAll(
        new ForecastRoutes(
                usage.statements(),
                usage.quotaHistory(),
                usage.quotas(),
                usage.tariff(),
                pool,
                clock)
            .routes());
    routes.addAll(
        new PriceRoutes(usage.priceBook(), usage.tariff().prices(), pool, identity.audit(), clock)
            .routes());
    routes.addAll(
        new PreviewRoutes(counting, modelRoutes, usage.tariff(), usage.quotas(), clock).routes());
    return routes;
  }

  /** The routes that exist only if the pool is on this server: quotas and the shared pool. */
  public List<HttpRoute> poolRoutes() {
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(
        new QuotaRoutes(
                usage.quotas(), usage.accounting(), identity.users(), pool, identity.audit(), clock)
            .routes());
    routes.addAll(
        new PoolUsageRoutes(
                accounts, pool, usage.tariff().groups(), usage.quotas(), usage.accounting())
            .routes());
    return routes;
  }
}
