package potluck.server.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.server.api.console.ConsoleRoutes;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.redis.RedisConnection;

/** Health, liveness and readiness. */
public final class HealthRoutes {
  private final BooleanSupplier database;
  private final BooleanSupplier ready;
  private final String notReadyStatus;
  private final @Nullable Supplier<Cache> cache;
  private final boolean console;

  private HealthRoutes(
      BooleanSupplier database,
      BooleanSupplier ready,
      String otherwise,
      @Nullable Supplier<Cache> cache,
      boolean console) {
    this.console = console;
    this.database = database;
    this.ready = ready;
    this.notReadyStatus = otherwise;
    this.cache = cache;
  }

  /** For a program that has not reached its database yet: alive, not ready. */
  static HealthRoutes starting() {
    return new HealthRoutes(() -> false, () -> false, "waiting for the database", null, false);
  }

  /**
   * For a running server. It stays ready while its database is unreachable, because calls with API
   * keys still work: otherwise a load balancer would find no node ready.
   *
   * @param draining whether the server is stopping
   * @param cache the state of Redis; null if none is set
   * @param console whether the console is served
   */
  static HealthRoutes open(
      BooleanSupplier database,
      BooleanSupplier draining,
      @Nullable Supplier<Cache> cache,
      boolean console) {
    return new HealthRoutes(database, () -> !draining.getAsBoolean(), "stopping", cache, console);
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/", AccessPolicy.PUBLIC, this::root),
        new HttpRoute("GET", "/api/health", AccessPolicy.PUBLIC, this::health),
        new HttpRoute(
            "GET",
            "/livez",
            AccessPolicy.PUBLIC,
            request -> request.json(Map.of("status", "alive"))),
        new HttpRoute("GET", "/readyz", AccessPolicy.PUBLIC, this::ready));
  }

  /** AntiHub's clients expect this JSON; a browser that opens the address wants the console. */
  private void root(Request request) {
    if (console && ConsoleRoutes.isPageRequest(request)) {
      ConsoleRoutes.redirect(request);
    } else {
      request.responseHeader("vary", "Accept");
      request.json(Map.of("message", "200"));
    }
  }

  private void health(Request request) {
    boolean databaseUp = database.getAsBoolean();
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("api", component(true, "API is running", null));
    components.put(
        "database",
        component(
            databaseUp,
            databaseUp ? "Database is reachable" : "Database is unreachable",
            "PostgreSQL"));
    components.put("cache", cache());
    Map<String, Object> body = new LinkedHashMap<>();
    boolean complete = cache == null || cache.get().state() == RedisConnection.State.CONNECTED;
    body.put("status", !databaseUp ? "unhealthy" : complete ? "healthy" : "degraded");
    body.put("components", components);
    answer(request, databaseUp, body);
  }

  private Map<String, Object> cache() {
    if (cache == null) {
      return component(true, "No REDIS_URL is set; one node does not need it", "Redis");
    }
    Cache now = cache.get();
    return switch (now.state()) {
      case CONNECTED -> component(true, "Redis is reachable; nodes: " + now.nodes(), "Redis");
      case READ_ONLY ->
          component(
              false,
              "Redis accepts no writes; everything else works"
                  + shareText(now.nodes())
                  + ". It says: "
                  + now.reason(),
              "Redis");
      case DISCONNECTED ->
          component(
              false,
              "Redis is unreachable; everything works, but changes reach other nodes later"
                  + shareText(now.nodes()),
              "Redis");
    };
  }

  private static String shareText(int nodes) {
    return nodes == 1 ? "" : ", each of " + nodes + " nodes with its share of the limits";
  }

  /**
   * The state of Redis.
   *
   * @param reason why it does not work, for people
   * @param nodes known nodes, including this one
   */
  public record Cache(RedisConnection.State state, String reason, int nodes) {}

  private void ready(Request request) {
    boolean readyNow = ready.getAsBoolean();
    answer(request, readyNow, Map.of("status", readyNow ? "ready" : notReadyStatus));
  }

  /** A 503 always has Retry-After. */
  private static void answer(Request request, boolean ready, Object body) {
    if (!ready) {
      request.responseHeader("retry-after", "2");
    }
    request.json(ready ? 200 : 503, body);
  }

  private static Map<String, Object> component(
      boolean healthy, String message, @Nullable String type) {
    Map<String, Object> component = new LinkedHashMap<>();
    component.put("status", healthy ? "healthy" : "unhealthy");
    component.put("message", message);
    if (type != null) {
      component.put("type", type);
    }
    return component;
  }
}
