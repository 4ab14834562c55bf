package potluck.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.plugin.Remote;
import potluck.gateway.plugin.Seat;
import potluck.gateway.plugin.ServiceDoor.Reply;

/**
 * {@code /api/plugin-api} where the pool is at a service elsewhere: the same routes, each passed on
 * with the user's own key, and its answer passed back. Only errors change their form, because our
 * clients read one form only.
 */
final class RemoteRoutes {
  private static final String OURS = "/api/plugin-api";
  private static final int LONGEST = 2000;

  /** Where the service has another name for a path than we have. */
  private static final Map<String, String> NAMES =
      Map.of(
          "GET /preference", "/api/user/me",
          "PUT /preference", "/api/users/{plugin_user_id}/preference",
          "POST /oauth/callback", "/api/oauth/callback/manual");

  private static final Set<String> DOTS = Set.of(".", "..");

  private final Remote remote;

  RemoteRoutes(Remote remote) {
    this.remote = remote;
  }

  /** The same routes with another side: what a user does about accounts and quotas goes there. */
  List<Route> of(List<Route> embedded) {
    return embedded.stream().map(this::of).toList();
  }

  private Route of(Route route) {
    if (!route.pattern().startsWith(OURS + "/") || route.policy() != Policy.USER) {
      return route;
    }
    return route.pattern().equals(OURS + "/key")
        ? new Route(route.method(), route.pattern(), route.policy(), this::key)
        : new Route(
            route.method(),
            route.pattern(),
            route.policy(),
            request -> pass(request, route.pattern().substring(OURS.length())));
  }

  private void key(Request request) {
    Seat seat =
        remote
            .find(request.caller().user())
            .filter(found -> found.pluginUserId() != null)
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

  private void pass(Request request, String pattern) {
    String rest = request.path().substring(OURS.length());
    for (String segment : rest.replace("%2e", ".").replace("%2E", ".").split("/", -1)) {
      if (DOTS.contains(segment)) {
        throw ApiError.notFound();
      }
    }
    @Nullable String named = NAMES.get(request.method() + " " + pattern);
    String path = named == null ? "/api" + rest : named;
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    answer(
        request,
        remote.ask(
            request.caller().user(),
            request.method(),
            id -> path.replace("{plugin_user_id}", URLEncoder.encode(id, UTF_8)) + query,
            request.body()));
  }

  private static void answer(Request request, Reply reply) {
    if (reply.status() / 100 == 2) {
      request.noStore();
      request.send(
          reply.status(),
          reply.contentType() == null ? "application/json" : reply.contentType(),
          reply.body());
      return;
    }
    String text = text(reply);
    throw new ApiError(status(reply.status()), text, text);
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
