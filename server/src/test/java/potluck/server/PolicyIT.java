package potluck.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import potluck.server.http.Policy;
import potluck.server.http.Route;

/** Walks every route that is served, and finds it closed to whoever has no business there. */
class PolicyIT {
  /** What anybody may call. A new one is to be added here by hand, after a second thought. */
  private static final Set<String> PUBLIC =
      Set.of(
          "GET /",
          "GET /setup",
          "GET /setup.css",
          "GET /setup.js",
          "POST /api/auth/setup",
          "POST /api/auth/login",
          "POST /api/auth/refresh",
          "POST /api/auth/reset",
          "GET /api/auth/check-username",
          "GET /api/health",
          "GET /livez",
          "GET /readyz");

  private final TestHouse house = TestHouse.shared();

  @Test
  void onlyListedRoutesArePublic() {
    assertEquals(
        new TreeSet<>(PUBLIC),
        where(Policy.PUBLIC::equals).stream()
            .map(route -> route.method() + " " + route.pattern())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void nobodyARevokedTokenAndAForgedKeyOpenNoRoute() {
    String user = user();
    assertEquals(200, house.call("POST", "/api/auth/logout", user, null).status());
    for (Route route : where(policy -> policy != Policy.PUBLIC)) {
      assertEquals(401, call(route, null), route.pattern());
      assertEquals(401, call(route, user), route.pattern());
      assertEquals(401, call(route, "sk-nonsense"), route.pattern());
    }
  }

  @Test
  void anApiKeyOpensModelRoutesOnly() {
    String key = house.key(house.admin());
    for (Route route : where(policy -> policy == Policy.USER || policy == Policy.ADMIN)) {
      assertEquals(401, call(route, key), route.pattern());
    }
  }

  @Test
  void aUserOpensNoRouteOfAdministrators() {
    String user = user();
    for (Route route : where(Policy.ADMIN::equals)) {
      assertEquals(403, call(route, user), route.pattern());
    }
  }

  private List<Route> where(Predicate<Policy> policy) {
    return house.gateway().routes().stream().filter(route -> policy.test(route.policy())).toList();
  }

  private int call(Route route, @org.jspecify.annotations.Nullable String credential) {
    String path = route.pattern().replaceAll("\\{[^}]*}", "1");
    return house.call(route.method(), path, credential, null).status();
  }

  private String user() {
    String name = "p-" + UUID.randomUUID();
    String body = "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name);
    assertEquals(201, house.call("POST", "/api/admin/users", house.admin(), body).status());
    return house.login(name, "a-password-of-my-own");
  }
}
