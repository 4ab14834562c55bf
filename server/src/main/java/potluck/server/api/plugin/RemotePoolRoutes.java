package potluck.server.api.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.plugin.PluginServiceClient.ServiceResponse;
import potluck.gateway.plugin.PluginUser;
import potluck.gateway.plugin.RemotePool;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.LocalizedText;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/**
 * {@code /api/plugin-api} if the pool is at a Plug-in service: the same routes, forwarded with the
 * user's own key. Errors are translated, because our clients read one form only.
 */
final class RemotePoolRoutes {
  private static final String OWN_PREFIX = "/api/plugin-api";
  private static final int MAX_ERROR_LENGTH = 2000;

  /** Paths of the service that are not ours with {@code /api} instead of the prefix. */
  private static final Map<String, String> SERVICE_PATHS =
      Map.of(
          "GET /api/plugin-api/preference", "/api/user/me",
          "PUT /api/plugin-api/preference", "/api/users/{plugin_user_id}/preference",
          "POST /api/plugin-api/oauth/callback", "/api/oauth/callback/manual",
          "GET /api/usage/consumption", "/api/quotas/consumption");

  private static final Set<String> DOT_SEGMENTS = Set.of(".", "..");

  private final RemotePool remote;
  private final Map<String, HttpRoute.Handler> composed;

  RemotePoolRoutes(RemotePool remote) {
    this.remote = remote;
    RemotePoolUsage usage = new RemotePoolUsage(this::fetchData);
    this.composed =
        Map.of(
            OWN_PREFIX + "/key",
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

  /** Replaces the routes about accounts and quotas by forwarding ones. */
  List<HttpRoute> forward(List<HttpRoute> embedded) {
    return embedded.stream().map(this::forward).toList();
  }

  private HttpRoute forward(HttpRoute route) {
    HttpRoute.@Nullable Handler ours = composed.get(route.pattern());
    @Nullable String name = SERVICE_PATHS.get(route.method() + " " + route.pattern());
    boolean passes = name != null || route.pattern().startsWith(OWN_PREFIX + "/");
    if (route.policy() != AccessPolicy.USER || (ours == null && !passes)) {
      return route;
    }
    return new HttpRoute(
        route.method(),
        route.pattern(),
        route.policy(),
        route.surface(),
        ours == null ? request -> forwardRequest(request, name) : ours);
  }

  private void key(Request request) {
    PluginUser pluginUser =
        remote
            .find(request.caller().user())
            .orElseThrow(() -> new ApiError(404, MessageKey.PLUGIN_KEY_NOT_CREATED));
    request.json(
        new PluginRoutes.PluginKeyView(
            pluginUser.id(),
            pluginUser.user(),
            String.valueOf(pluginUser.pluginUserId()),
            true,
            ApiJson.micros(pluginUser.createdAt()),
            ApiJson.micros(pluginUser.updatedAt()),
            ApiJson.micros(pluginUser.lastUsedAt())));
  }

  private void forwardRequest(Request request, @Nullable String name) {
    String path = name == null ? "/api" + pathBelowPrefix(request.path()) : name;
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    checkUri(path.replace("{plugin_user_id}", "") + query);
    ServiceResponse reply =
        remote.send(
            request.caller().user(),
            request.method(),
            id -> path.replace("{plugin_user_id}", URLEncoder.encode(id, UTF_8)) + query,
            request.body());
    checkSuccess(reply);
    request.noStore();
    request.send(
        reply.status(),
        reply.contentType() == null ? "application/json" : reply.contentType(),
        reply.body());
  }

  /** The field {@code data} of a response of the service. */
  private JsonNode fetchData(Request request, String path) {
    ServiceResponse reply = remote.send(request.caller().user(), "GET", _ -> path, new byte[0]);
    checkSuccess(reply);
    return reply.json().path("data");
  }

  /** Some characters must be percent-encoded in an address. */
  private static void checkUri(String target) {
    try {
      URI.create("http://service" + target);
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, MessageKey.PATH_NOT_ENCODED);
    }
  }

  private static String pathBelowPrefix(String path) {
    String rest = path.substring(OWN_PREFIX.length());
    for (String segment : rest.replace("%2e", ".").replace("%2E", ".").split("/", -1)) {
      if (DOT_SEGMENTS.contains(segment)) {
        throw ApiError.notFound();
      }
    }
    return rest;
  }

  private static void checkSuccess(ServiceResponse reply) {
    if (reply.status() / 100 != 2) {
      String text = errorText(reply);
      throw new ApiError(status(reply.status()), new LocalizedText(text, text), null);
    }
  }

  /** AntiHub's frontend treats 403 like 401 and repeats without end, so 403 becomes 400. */
  private static int status(int status) {
    return status == 403 ? 400 : status < 400 ? 502 : status;
  }

  /** The error text of the service, wherever it is in the body. */
  private static String errorText(ServiceResponse reply) {
    JsonNode body = reply.json();
    for (String at :
        List.of(
            "/error", "/error/message", "/detail", "/detail/error", "/detail/0/msg", "/message")) {
      JsonNode found = body.at(at);
      if (found.isTextual() && !found.asText().isBlank()) {
        String text = found.asText();
        return text.length() > MAX_ERROR_LENGTH ? text.substring(0, MAX_ERROR_LENGTH) : text;
      }
    }
    return "The Plug-in service answered " + reply.status() + ".";
  }
}
