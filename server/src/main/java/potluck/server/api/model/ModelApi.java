package potluck.server.api.model;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import potluck.gateway.identity.Audit;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.Tariff;
import potluck.gateway.plugin.PoolBackend;
import potluck.gateway.pool.Pool;
import potluck.gateway.relay.IdempotencyStore;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.TokenCounter;
import potluck.gateway.route.RouteRuleStore;
import potluck.gateway.route.Router;
import potluck.server.api.account.AccountNames;
import potluck.server.http.HttpRoute;
import potluck.server.http.InFlightCalls;

/**
 * The routes around models: call, count, list, explain.
 *
 * @param relay serves calls
 * @param idempotencyStore answers of calls that must not run twice
 * @param counting counts tokens before a call
 * @param plugin lists the models
 * @param pool serves calls
 * @param modelRoutes resolve a model's name to accounts
 * @param routeBook rules that an administrator has set
 * @param tariff computes the cost of a call
 * @param bodyLog stores requests, if enabled
 * @param bufferClaudeCodeStreams whether streams of {@code /cc} are buffered until the usage is
 *     known
 */
public record ModelApi(
    Relay relay,
    IdempotencyStore idempotencyStore,
    TokenCounter counting,
    PoolBackend plugin,
    Pool pool,
    Router modelRoutes,
    RouteRuleStore routeBook,
    Tariff tariff,
    BodyLog bodyLog,
    Audit audit,
    boolean bufferClaudeCodeStreams,
    InstantSource clock) {

  /**
   * All routes of this package.
   *
   * @param inFlightCalls the calls that are running
   * @param names how members see accounts of others
   */
  public List<HttpRoute> routes(InFlightCalls inFlightCalls, AccountNames names) {
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(
        new ModelRoutes(
                relay, idempotencyStore, inFlightCalls, bodyLog, clock, bufferClaudeCodeStreams)
            .routes());
    routes.addAll(new CountRoutes(counting).routes());
    routes.addAll(new ModelListRoutes(plugin, pool, modelRoutes).routes());
    routes.addAll(new RouteRuleRoutes(routeBook, audit).routes());
    routes.addAll(new ExplainRoutes(modelRoutes, pool, names, tariff, clock).routes());
    return routes;
  }
}
