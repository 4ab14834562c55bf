package potluck.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.testing.TestServer;

/** Calls every route without the required rights and expects a refusal. */
class PolicyIT {
  /** Routes without authentication. A developer must add a new one here on purpose. */
  private static final Set<String> PUBLIC =
      Set.of(
          "GET /",
          "GET /setup",
          "GET /setup.css",
          "GET /setup.js",
          "GET /reset",
          "GET /reset.js",
          "GET /api/openapi.json",
          "GET /api/docs",
          "GET /api/docs/{file}",
          "GET /api/redoc",
          "GET /api/auth/oidc/providers",
          "GET /api/auth/oidc/{provider}/login",
          "POST /api/auth/oidc/{provider}/callback",
          "GET /api/auth/sso/initiate",
          "GET /api/auth/sso/callback",
          "GET /api/auth/github/login",
          "POST /api/auth/github/callback",
          "POST /api/auth/oidc/callback",
          "GET /auth/callback",
          "GET /auth/callback.js",
          "GET /api/plugin-api/oauth/callback",
          "POST /api/plugin-api/oauth/redirected",
          "GET /consent.js",
          "POST /api/auth/register",
          "POST /api/auth/setup",
          "POST /api/auth/login",
          "POST /api/auth/refresh",
          "POST /api/auth/reset",
          "GET /api/auth/check-username",
          "GET /api/health",
          "GET /api/status",
          "GET /livez",
          "GET /readyz");

  private final TestServer server = TestServer.shared();

  @Test
  void onlyListedRoutesArePublic() {
    assertEquals(
        new TreeSet<>(PUBLIC),
        routesWith(AccessPolicy.PUBLIC::equals).stream()
            .map(route -> route.method() + " " + route.pattern())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void missingRevokedAndForgedCredentialsAreRefused() {
    String user = user();
    assertEquals(200, server.call("POST", "/api/auth/logout", user, null).status());
    for (HttpRoute route : routesWith(policy -> policy != AccessPolicy.PUBLIC)) {
      assertEquals(401, call(route, null), route.pattern());
      assertEquals(401, call(route, user), route.pattern());
      assertEquals(401, call(route, "sk-nonsense"), route.pattern());
    }
  }

  @Test
  void apiKeyOpensModelRoutesOnly() {
    String key = server.key(server.admin());
    for (HttpRoute route :
        routesWith(policy -> policy != AccessPolicy.PUBLIC && policy != AccessPolicy.MODEL)) {
      assertEquals(401, call(route, key), route.pattern());
    }
  }

  @Test
  void userIsRefusedOnAdminAndAuditRoutes() {
    String user = user();
    for (HttpRoute route :
        routesWith(policy -> policy == AccessPolicy.ADMIN || policy == AccessPolicy.AUDIT)) {
      assertEquals(403, call(route, user), route.pattern());
    }
  }

  @Test
  void auditorReadsEverythingAndChangesNothing() {
    String name = "a-" + UUID.randomUUID();
    String body = "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name);
    long id =
        server.call("POST", "/api/admin/users", server.admin(), body).json().path("id").asLong();
    assertEquals(
        200,
        server
            .call("PATCH", "/api/admin/users/" + id, server.admin(), "{\"is_auditor\":true}")
            .status());
    String auditor = server.login(name, "a-password-of-my-own");
    for (HttpRoute route : routesWith(AccessPolicy.ADMIN::equals)) {
      assertEquals(403, call(route, auditor), route.pattern());
    }
    for (HttpRoute route : routesWith(AccessPolicy.AUDIT::equals)) {
      assertEquals("GET", route.method(), route.pattern());
      int status = call(route, auditor);
      org.junit.jupiter.api.Assertions.assertTrue(
          status == 200 || status == 404, route.pattern() + " " + status);
    }
    assertEquals(200, server.call("GET", "/api/usage/logs?all=1", auditor, null).status());
  }

  /** A call for another user's object gets 404, or 400 or 422 for its body, but never 403. */
  @Test
  void objectsOfAnotherUserAreNotFound() {
    String owner = user();
    String other = user();
    long key =
        server.call("POST", "/api/api-keys", owner, "{\"name\":\"k\"}").json().path("id").asLong();
    String session =
        server
            .call("GET", "/api/auth/sessions", owner, null)
            .json()
            .path("sessions")
            .path(0)
            .path("id")
            .asText();
    String account =
        server
            .call(
                "POST",
                "/api/plugin-api/accounts",
                owner,
                "{\"provider\":\"openai\",\"api_key\":\"sk-mine-mine\",\"models\":[\"m\"],\"is_shared\":0}")
            .json()
            .path("data")
            .path("cookie_id")
            .asText();
    for (HttpRoute route : server.gateway().routes()) {
      String path = route.pattern();
      if (path.startsWith("/api/api-keys/{id}")) {
        path = path.replace("{id}", Long.toString(key));
      } else if (path.startsWith("/api/auth/sessions/{id}")) {
        path = path.replace("{id}", session);
      } else if (path.contains("{cookie_id}")) {
        path = path.replace("{cookie_id}", account);
      } else {
        continue;
      }
      String body = route.method().equals("GET") || route.method().equals("DELETE") ? null : "{}";
      int status =
          server.call(route.method(), path.replaceAll("\\{[^}]*}", "1"), other, body).status();
      org.junit.jupiter.api.Assertions.assertTrue(
          status == 404 || status == 422 || status == 400,
          route.method() + " " + route.pattern() + " " + status);
    }
    assertEquals(200, server.call("GET", "/api/api-keys/" + key, owner, null).status());
    assertEquals(
        200, server.call("GET", "/api/plugin-api/accounts/" + account, owner, null).status());
    assertEquals(
        200, server.call("DELETE", "/api/plugin-api/accounts/" + account, owner, null).status());
  }

  private List<HttpRoute> routesWith(Predicate<AccessPolicy> policy) {
    return server.gateway().routes().stream().filter(route -> policy.test(route.policy())).toList();
  }

  private int call(HttpRoute route, @org.jspecify.annotations.Nullable String credential) {
    String path = route.pattern().replaceAll("\\{[^}]*}", "1");
    return server.call(route.method(), path, credential, null).status();
  }

  private String user() {
    String name = "p-" + UUID.randomUUID();
    String body = "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name);
    assertEquals(201, server.call("POST", "/api/admin/users", server.admin(), body).status());
    return server.login(name, "a-password-of-my-own");
  }
}
