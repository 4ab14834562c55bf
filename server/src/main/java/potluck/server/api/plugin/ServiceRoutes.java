package potluck.server.api.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Roster;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;
import potluck.server.api.account.AccountForms;
import potluck.server.api.account.AccountRoutes;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/**
 * This pool as the Plug-in API service of an older backend: users that the backend makes with the
 * admin key, and for each of them, with its own key, the same routes that our users have below
 * {@code /api/plugin-api}. Source: the contract, 4.6 and 4.14.
 */
final class ServiceRoutes {
  private static final String OURS = "/api/plugin-api";
  private static final int LONGEST = 40;

  private final Users users;
  private final Roster roster;
  private final ApiKeys keys;
  private final Audit audit;

  ServiceRoutes(Users users, Roster roster, ApiKeys keys, Audit audit) {
    this.users = users;
    this.roster = roster;
    this.keys = keys;
    this.audit = audit;
  }

  /**
   * @param embedded the routes of our own users, some of which a service has under other names
   */
  List<Route> routes(List<Route> embedded) {
    List<Route> routes = new ArrayList<>();
    for (Route route : embedded) {
      if (route.policy() == Policy.USER && route.pattern().startsWith(OURS + "/")) {
        named(route.pattern().substring(OURS.length()), route.method())
            .forEach(
                path ->
                    routes.add(new Route(route.method(), path, Policy.PLUGIN, route.handler())));
      }
    }
    routes.add(new Route("GET", "/api/user/me", Policy.PLUGIN, this::me));
    routes.add(new Route("PUT", "/api/users/{id}/preference", Policy.PLUGIN, this::preference));
    routes.add(new Route("GET", "/api/users", Policy.SERVICE, this::list));
    routes.add(new Route("POST", "/api/users", Policy.SERVICE, this::make));
    routes.add(new Route("POST", "/api/users/{id}/regenerate-key", Policy.SERVICE, this::newKey));
    routes.add(new Route("PUT", "/api/users/{id}/status", Policy.SERVICE, this::status));
    routes.add(new Route("DELETE", "/api/users/{id}", Policy.SERVICE, this::delete));
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

  record Shown(
      String userId,
      String name,
      int preferShared,
      int status,
      @Nullable String createdAt,
      @Nullable String updatedAt) {
    static Shown of(User user) {
      return new Shown(
          user.pluginId().toString(),
          user.username(),
          user.preferShared() ? 1 : 0,
          user.active() ? 1 : 0,
          Json.millis(user.createdAt()),
          Json.millis(user.createdAt()));
    }
  }

  private void me(Request request) {
    request.json(new AccountRoutes.Data(true, Shown.of(request.caller().user())));
  }

  private void list(Request request) {
    request.json(new AccountRoutes.Data(true, roster.guests().stream().map(Shown::of).toList()));
  }

  record Make(@Nullable String name, @Nullable Integer preferShared) {}

  /** Nobody logs in as such a user: it has no password, and a key of its own. */
  private void make(Request request) {
    Make wanted = request.body(Make.class);
    if (wanted.name() == null || wanted.name().isBlank()) {
      throw new ApiError(400, "需要 name", "name is needed.");
    }
    boolean preferShared =
        wanted.preferShared() != null && AccountForms.flag(wanted.preferShared(), "prefer_shared");
    User user = named(wanted.name());
    if (preferShared) {
      users.setPreference(user.id(), true);
    }
    String key = keys.addForPlugin(user.id()).text();
    audit.record(null, "plugin.user.make", "user " + user.id(), user.username(), request.address());
    request.noStore();
    request.json(
        new AccountRoutes.Message(
            true, "用户创建成功", withKey(users.find(user.id()).orElse(user), key)));
  }

  /** A name that is taken here is another backend's user or ours, and stays so. */
  private User named(String name) {
    String plain = name.replaceAll("[^\\p{L}\\p{N}_.-]", "");
    String cut = plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
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
    shown.put("created_at", Json.millis(user.createdAt()));
    return shown;
  }

  private void newKey(Request request) {
    User user = guest(request);
    List<ApiKey> old = keys.of(user.id()).stream().filter(ApiKey::opensPlugin).toList();
    String key = keys.addForPlugin(user.id()).text();
    old.forEach(each -> keys.remove(user.id(), each.id()));
    audit.record(null, "plugin.user.key", "user " + user.id(), "", request.address());
    request.noStore();
    request.json(new AccountRoutes.Message(true, "API密钥已重新生成", withKey(user, key)));
  }

  record Status(@Nullable Integer status) {}

  private void status(Request request) {
    boolean on = AccountForms.flag(request.body(Status.class).status(), "status");
    User user = guest(request);
    User changed =
        roster
            .change(user.id(), new Roster.Change(on, null, null, null))
            .orElseThrow(ApiError::notFound);
    audit.record(null, "plugin.user.status", "user " + user.id(), "" + on, request.address());
    request.json(new AccountRoutes.Message(true, "用户状态已更新", Shown.of(changed)));
  }

  private void preference(Request request) {
    PluginRoutes.SetPreference wanted = request.body(PluginRoutes.SetPreference.class);
    User user = request.caller().user();
    if (!user.pluginId().toString().equals(request.value("id"))) {
      throw ApiError.notFound();
    }
    boolean shared = AccountForms.flag(wanted.preferShared(), "prefer_shared");
    users.setPreference(user.id(), shared);
    request.json(
        new AccountRoutes.Message(true, "偏好设置已更新", Shown.of(users.find(user.id()).orElse(user))));
  }

  private void delete(Request request) {
    User user = guest(request);
    users.remove(user.id());
    audit.record(
        null, "plugin.user.delete", "user " + user.id(), user.username(), request.address());
    request.json(new AccountRoutes.Message(true, "用户已删除", null));
  }

  /** The admin key opens users that it has made, and none of the house's own. */
  private User guest(Request request) {
    try {
      return roster.guest(UUID.fromString(request.value("id"))).orElseThrow(ApiError::notFound);
    } catch (IllegalArgumentException e) {
      throw ApiError.notFound();
    }
  }
}
