package potluck.server.api.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.identity.UserAdmin;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;
import potluck.server.api.account.AccountValidator;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.Surface;

/**
 * This pool as the Plug-in API service of an AntiHub backend. The backend creates users with the
 * admin key; with the key of such a user it uses the same routes that our users have below {@code
 * /api/plugin-api}. See docs/guides/plugin-api.md.
 */
final class PluginServiceRoutes {
  private static final String OWN_PREFIX = "/api/plugin-api";
  private static final int MAX_NAME_LENGTH = 40;

  private final Users users;
  private final UserAdmin userAdmin;
  private final ApiKeys keys;
  private final Audit audit;

  PluginServiceRoutes(Users users, UserAdmin userAdmin, ApiKeys keys, Audit audit) {
    this.users = users;
    this.userAdmin = userAdmin;
    this.keys = keys;
    this.audit = audit;
  }

  /**
   * All routes of the service.
   *
   * @param embedded the routes of our own users, some of which the service has under other paths
   */
  List<HttpRoute> routes(List<HttpRoute> embedded) {
    List<HttpRoute> routes = new ArrayList<>();
    for (HttpRoute route : embedded) {
      if (route.policy() == AccessPolicy.USER && route.pattern().startsWith(OWN_PREFIX + "/")) {
        named(route.pattern().substring(OWN_PREFIX.length()), route.method())
            .forEach(
                path ->
                    routes.add(
                        new HttpRoute(
                            route.method(),
                            path,
                            AccessPolicy.PLUGIN,
                            Surface.PLUGIN_SERVICE,
                            route.handler())));
      }
    }
    routes.add(
        new HttpRoute(
            "GET", "/api/user/me", AccessPolicy.PLUGIN, Surface.PLUGIN_SERVICE, this::me));
    routes.add(
        new HttpRoute(
            "PUT",
            "/api/users/{id}/preference",
            AccessPolicy.PLUGIN,
            Surface.PLUGIN_SERVICE,
            this::preference));
    routes.add(
        new HttpRoute(
            "GET", "/api/users", AccessPolicy.SERVICE, Surface.PLUGIN_SERVICE, this::list));
    routes.add(
        new HttpRoute(
            "POST", "/api/users", AccessPolicy.SERVICE, Surface.PLUGIN_SERVICE, this::create));
    routes.add(
        new HttpRoute(
            "POST",
            "/api/users/{id}/regenerate-key",
            AccessPolicy.SERVICE,
            Surface.PLUGIN_SERVICE,
            this::regenerateKey));
    routes.add(
        new HttpRoute(
            "PUT",
            "/api/users/{id}/status",
            AccessPolicy.SERVICE,
            Surface.PLUGIN_SERVICE,
            this::status));
    routes.add(
        new HttpRoute(
            "DELETE",
            "/api/users/{id}",
            AccessPolicy.SERVICE,
            Surface.PLUGIN_SERVICE,
            this::delete));
    return routes;
  }

  private static List<String> named(String path, String method) {
    if (path.equals("/oauth/callback") && method.equals("POST")) {
      return List.of("/api/oauth/callback/manual");
    }
    boolean served =
        (path + "/").startsWith("/accounts/")
            || path.startsWith("/oauth/")
            || path.startsWith("/quotas/");
    return served ? List.of("/api" + path) : List.of();
  }

  record PluginUserView(
      String userId,
      String name,
      int preferShared,
      int status,
      @Nullable String createdAt,
      @Nullable String updatedAt) {
    static PluginUserView of(User user) {
      return new PluginUserView(
          user.pluginId().toString(),
          user.username(),
          user.preferShared() ? 1 : 0,
          user.active() ? 1 : 0,
          ApiJson.millis(user.createdAt()),
          ApiJson.millis(user.createdAt()));
    }
  }

  private void me(Request request) {
    request.json(Envelope.data(PluginUserView.of(request.caller().user())));
  }

  private void list(Request request) {
    request.json(
        Envelope.data(userAdmin.findPluginUsers().stream().map(PluginUserView::of).toList()));
  }

  record CreateUserRequest(@Nullable String name, @Nullable Integer preferShared) {}

  /** Nobody can log in as such a user: it has a key and no password. */
  private void create(Request request) {
    CreateUserRequest wanted = request.body(CreateUserRequest.class);
    if (wanted.name() == null || wanted.name().isBlank()) {
      throw new ApiError(400, MessageKey.NAME_REQUIRED);
    }
    boolean preferShared =
        wanted.preferShared() != null
            && AccountValidator.flag(wanted.preferShared(), "prefer_shared");
    User user = named(wanted.name());
    if (preferShared) {
      users.setPreferShared(user.id(), true);
    }
    String key = keys.addForPlugin(user.id()).text();
    audit.record(null, "plugin.user.make", "user " + user.id(), user.username(), request.address());
    request.noStore();
    request.json(Envelope.message("用户创建成功", withKey(users.find(user.id()).orElse(user), key)));
  }

  /** If the name is taken, a suffix is added. */
  private User named(String name) {
    String plainKey = name.replaceAll("[^\\p{L}\\p{N}_.-]", "");
    String cut =
        plainKey.length() > MAX_NAME_LENGTH ? plainKey.substring(0, MAX_NAME_LENGTH) : plainKey;
    String wanted = cut.length() < 3 ? "plugin-user-" + cut : cut;
    for (String each = wanted;
        ;
        each = wanted + "-" + UUID.randomUUID().toString().substring(0, 8)) {
      var made = users.add(each, null, 0);
      if (made.isPresent()) {
        return made.get();
      }
    }
  }

  private static Map<String, Object> withKey(User user, String key) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("user_id", user.pluginId().toString());
    shown.put("api_key", key);
    shown.put("name", user.username());
    shown.put("prefer_shared", user.preferShared() ? 1 : 0);
    shown.put("status", user.active() ? 1 : 0);
    shown.put("created_at", ApiJson.millis(user.createdAt()));
    return shown;
  }

  private void regenerateKey(Request request) {
    User user = getPluginUser(request);
    List<ApiKey> old = keys.findByUser(user.id()).stream().filter(ApiKey::managesAccounts).toList();
    String key = keys.addForPlugin(user.id()).text();
    old.forEach(each -> keys.remove(user.id(), each.id()));
    audit.record(null, "plugin.user.key", "user " + user.id(), "", request.address());
    request.noStore();
    request.json(Envelope.message("API密钥已重新生成", withKey(user, key)));
  }

  record StatusRequest(@Nullable Integer status) {}

  private void status(Request request) {
    boolean on = AccountValidator.flag(request.body(StatusRequest.class).status(), "status");
    User user = getPluginUser(request);
    User changed =
        userAdmin
            .change(user.id(), new UserAdmin.Change(on, null, null, null))
            .orElseThrow(ApiError::notFound);
    audit.record(null, "plugin.user.status", "user " + user.id(), "" + on, request.address());
    request.json(Envelope.message("用户状态已更新", PluginUserView.of(changed)));
  }

  private void preference(Request request) {
    PluginRoutes.PreferenceRequest wanted = request.body(PluginRoutes.PreferenceRequest.class);
    User user = request.caller().user();
    if (!user.pluginId().toString().equals(request.value("id"))) {
      throw ApiError.notFound();
    }
    boolean shared = AccountValidator.flag(wanted.preferShared(), "prefer_shared");
    users.setPreferShared(user.id(), shared);
    request.json(
        Envelope.message("偏好设置已更新", PluginUserView.of(users.find(user.id()).orElse(user))));
  }

  private void delete(Request request) {
    User user = getPluginUser(request);
    users.remove(user.id());
    audit.record(
        null, "plugin.user.delete", "user " + user.id(), user.username(), request.address());
    request.json(Envelope.message("用户已删除", null));
  }

  /** The admin key reaches only users that it has created. */
  private User getPluginUser(Request request) {
    try {
      return userAdmin
          .findPluginUser(UUID.fromString(request.value("id")))
          .orElseThrow(ApiError::notFound);
    } catch (IllegalArgumentException e) {
      throw ApiError.notFound();
    }
  }
}
