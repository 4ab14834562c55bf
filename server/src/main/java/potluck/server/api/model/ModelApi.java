package potluck.server.api.model;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import potluck.gateway.identity.Audit;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.Tariff;
import potluck.gateway.plugin.Plugin;
import potluck.gateway.pool.Pool;
import potluck.gateway.relay.Counting;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.Retries;
import potluck.gateway.route.RouteBook;
import potluck.gateway.route.Routes;
import potluck.server.http.Route;
import potluck.server.http.Watch;

/**
 * Models: called, counted for, listed, and why a call goes where it goes.
 *
 * @param relay that serves calls
 * @param retries that are not run twice
 * @param counting of tokens before a call
 * @param plugin whose models are listed
 * @param pool that calls are served from
 * @param ways from a model's name to accounts
 * @param book of those that an administrator has set
 * @param tariff for what a call would cost
 * @param bodies of calls, where they are kept
 * @param wholeForClaudeCode whether streams of {@code /cc} are held back until usage is known
 */
public record ModelApi(
    Relay relay,
    Retries retries,
    Counting counting,
    Plugin plugin,
    Pool pool,
    Routes ways,
    RouteBook book,
    Tariff tariff,
    BodyLog bodies,
    Audit audit,
    boolean wholeForClaudeCode,
    InstantSource clock) {

  /**
   * @param watch looks after the calls
   */
  public List<Route> routes(Watch watch) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        new ModelRoutes(relay, retries, watch, bodies, clock, wholeForClaudeCode).routes());
    routes.addAll(new CountRoutes(counting).routes());
    routes.addAll(new ModelListRoutes(plugin, pool, ways).routes());
    routes.addAll(new RouteRuleRoutes(book, audit).routes());
    routes.addAll(new ExplainRoutes(ways, pool, tariff, clock).routes());
    return routes;
  }
}
