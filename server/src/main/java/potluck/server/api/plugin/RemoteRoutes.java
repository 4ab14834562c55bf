package potluck.server.api.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.plugin.Remote;
import potluck.gateway.plugin.Seat;
import potluck.gateway.plugin.ServiceDoor.Reply;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/**
 * {@code /api/plugin-api} where the pool is at a service elsewhere: the same routes, each passed on
 * with the user's own key, and its answer passed back. Only errors change their form, because our
 * clients read one form only.
 */
final class RemoteRoutes {
  private static final String OURS = "/api/plugin-api";
  private static final int LONGEST = 2000;

  /** Where the service has another name for a path than ours with {@code /api} before it. */
  private static final Map<String, String> NAMES =
      Map.of(
          "GET /api/plugin-api/preference", "/api/user/me",
          "PUT /api/plugin-api/preference", "/api/users/{plugin_user_id}/preference",
          "POST /api/plugin-api/oauth/callback", "/api/oauth/callback/manual",
          "GET /api/usage/consumption", "/api/quotas/consumption");

  private static final Set<String> DOTS = Set.of(".", "..");

  private final Remote remote;
  private final Map<String, Route.Handler> composed;

  RemoteRoutes(Remote remote) {
    this.remote = remote;
    RemoteUsage usage = new RemoteUsage(this::read);
    this.composed =
        Map.of(
            OURS + "/key",
            this::key,
            "/api/usage/accounts",
            usage::accounts,
            "/api/usage/quotas",
            usage::quotas,
            "/api/usage/summary",
            usage::summary,
            "/api/usage/shared-pool/stats",
            usage::sharedPool);
  }

  /** The same routes with another side: what a user does about accounts and quotas goes there. */
  List<Route> of(List<Route> embedded) {
    return embedded.stream().map(this::of).toList();
  }

  private Route of(Route route) {
    Route.@Nullable Handler ours = composed.get(route.pattern());
    @Nullable String name = NAMES.get(route.method() + " " + route.pattern());
    boolean passes = name != null || route.pattern().startsWith(OURS + "/");
    if (route.policy() != Policy.USER || (ours == null && !passes)) {
      return route;
    }
    return new Route(
        route.method(),
        route.pattern(),
        route.policy(),
        ours == null ? request -> pass(request, name) : ours);
  }

  private void key(Request request) {
    Seat seat =
        remote
            .find(request.caller().user())
            .orElseThrow(
                () ->
                    new ApiError(
                        404,
                        "未找到API密钥",
                        "The Plug-in service has given no key for you yet; log in again."));
    request.json(
        new PluginRoutes.Key(
            seat.id(),
            seat.user(),
            String.valueOf(seat.pluginUserId()),
            true,
            Json.micros(seat.createdAt()),
            Json.micros(seat.updatedAt()),
            Json.micros(seat.lastUsedAt())));
  }

  private void pass(Request request, @Nullable String name) {
    String path = name == null ? "/api" + below(request.path()) : name;
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    sound(path.replace("{plugin_user_id}", "") + query);
    Reply reply =
        remote.ask(
            request.caller().user(),
            request.method(),
            id -> path.replace("{plugin_user_id}", URLEncoder.encode(id, UTF_8)) + query,
            request.body());
    good(reply);
    request.noStore();
    request.send(
        reply.status(),
        reply.contentType() == null ? "application/json" : reply.contentType(),
        reply.body());
  }

  /** What the service has below a path, as its field {@code data}. */
  private JsonNode read(Request request, String path) {
    Reply reply = remote.ask(request.caller().user(), "GET", _ -> path, new byte[0]);
    good(reply);
    return reply.json().path("data");
  }

  /** Not all that gets here may be in an address. */
  private static void sound(String target) {
    try {
      URI.create("http://service" + target);
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "地址无效", "The address has characters that must be percent-encoded.");
    }
  }

  private static String below(String path) {
    String rest = path.substring(OURS.length());
    for (String segment : rest.replace("%2e", ".").replace("%2E", ".").split("/", -1)) {
      if (DOTS.contains(segment)) {
        throw ApiError.notFound();
      }
    }
    return rest;
  }

  private static void good(Reply reply) {
    if (reply.status() / 100 != 2) {
      String text = text(reply);
      throw new ApiError(status(reply.status()), text, text);
    }
  }

  /**
   * A browser takes 403 like 401 and asks again and again: what is forbidden there makes no sense
   * here.
   */
  private static int status(int theirs) {
    return theirs == 403 ? 400 : theirs < 400 ? 502 : theirs;
  }

  /** The service's words, in whichever place it has them. */
  private static String text(Reply reply) {
    JsonNode body = reply.json();
    for (String at :
        List.of(
            "/error", "/error/message", "/detail", "/detail/error", "/detail/0/msg", "/message")) {
      JsonNode found = body.at(at);
      if (found.isTextual() && !found.asText().isBlank()) {
        String text = found.asText();
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
      }
    }
    return "The Plug-in service answered " + reply.status() + ".";
  }
}
