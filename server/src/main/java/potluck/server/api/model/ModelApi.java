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
import potluck.server.http.HttpRoute;
import potluck.server.http.InFlightCalls;

/**
 * Models: called, counted for, listed, and why a call goes where it goes.
 *
 * @param relay that serves calls
 * @param idempotencyStore that are not run twice
 * @param counting of tokens before a call
 * @param plugin whose models are listed
 * @param pool that calls are served from
 * @param modelRoutes from a model's name to accounts
 * @param routeBook of those that an administrator has set
 * @param tariff for what a call would cost
 * @param bodyLog of calls, where they are kept
 * @param bufferClaudeCodeStreams whether streams of {@code /cc} are held back until usage is known
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
   * @param watch looks after the calls
   */
  public List<HttpRoute> routes(InFlightCalls watch) {
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(
        new ModelRoutes(relay, idempotencyStore, watch, bodyLog, clock, bufferClaudeCodeStreams)
            .routes());
    routes.addAll(new CountRoutes(counting).routes());
    routes.addAll(new ModelListRoutes(plugin, pool, modelRoutes).routes());
    routes.addAll(new RouteRuleRoutes(routeBook, audit).routes());
    routes.addAll(new ExplainRoutes(modelRoutes, pool, tariff, clock).routes());
    return routes;
  }
}
