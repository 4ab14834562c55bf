package potluck.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Surface;
import potluck.server.testing.OpenApiContract;
import potluck.server.testing.TestServer;

/** The API description lists exactly the routes of the server, with access and schemas. */
class OpenApiIT {
  private final TestServer server = TestServer.shared();

  @Test
  void routesAndDescriptionMatch() {
    SortedSet<String> served = new TreeSet<>();
    for (HttpRoute route : server.gateway().routes()) {
      served.add(route.method() + " " + route.pattern().replace("+}", "}"));
    }
    SortedSet<String> described = new TreeSet<>();
    document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    assertThat(described).isEqualTo(served);
  }

  @Test
  void everyOperationDescribesAccessAndErrors() {
    JsonNode document = document();
    for (HttpRoute route : server.gateway().routes()) {
      JsonNode operation = operation(document, route);
      String name = route.method() + " " + route.pattern();
      assertThat(operation.path("summary").asText()).as(name).isNotEmpty();
      assertThat(schemes(operation, name)).as(name).isEqualTo(schemes(route));
      if (route.policy() != AccessPolicy.PUBLIC) {
        assertThat(operation.path("responses").has("401")).as(name).isTrue();
      }
      for (JsonNode reference : operation.findValues("$ref")) {
        String pointer = reference.asText().substring(1);
        assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
      }
    }
  }

  /** The names of the security schemes that an operation lists; it must list them. */
  private static Set<String> schemes(JsonNode operation, String name) {
    assertThat(operation.path("security").isArray()).as(name).isTrue();
    Set<String> schemes = new TreeSet<>();
    for (JsonNode each : operation.path("security")) {
      each.fieldNames().forEachRemaining(schemes::add);
    }
    return schemes;
  }

  /** The security schemes that a route accepts. */
  private static Set<String> schemes(HttpRoute route) {
    Set<String> schemes = new TreeSet<>();
    switch (route.policy()) {
      case PUBLIC -> {}
      case USER, AUDIT, ADMIN -> schemes.add("accessToken");
      case SERVICE -> schemes.add("pluginAdminKey");
      case PLUGIN -> schemes.addAll(List.of("accessToken", "pluginUserKey"));
      case MODEL -> {
        schemes.add("accessToken");
        for (Surface.CredentialPlace place : route.surface().credentials()) {
          schemes.add(
              switch (place) {
                case BEARER -> "apiKey";
                case API_KEY_HEADER -> "xApiKey";
                case GOOGLE_KEY_HEADER -> "xGoogApiKey";
                case QUERY -> "keyQuery";
              });
        }
      }
    }
    if (Set.of("/api/auth/refresh", "/api/auth/logout").contains(route.pattern())) {
      schemes.add("refreshCookie");
    }
    return schemes;
  }

  @Test
  void everyBodyHasASchemaAndAnExampleThatFits() {
    JsonNode document = document();
    int bodies = 0;
    for (HttpRoute route : server.gateway().routes()) {
      JsonNode operation = operation(document, route);
      for (Map.Entry<String, JsonNode> media : operation.at("/requestBody/content").properties()) {
        String name = route.method() + " " + route.pattern() + " " + media.getKey();
        assertThat(media.getValue().path("schema").isEmpty()).as(name).isFalse();
        assertThat(media.getValue().has("example")).as(name).isTrue();
        assertThat(
                OpenApiContract.schema(media.getValue().path("schema"))
                    .validate(media.getValue().path("example")))
            .as(name)
            .isEmpty();
        bodies++;
      }
      if (operation.has("requestBody")) {
        assertThat(operation.path("responses").properties())
            .as(route.pattern())
            .extracting(Map.Entry::getKey)
            .contains("400", "413", "415", "503");
      }
      if (Set.of("PUT", "PATCH").contains(route.method())) {
        assertThat(operation.has("requestBody")).as(route.pattern()).isTrue();
      }
    }
    assertThat(bodies).isGreaterThan(80);
  }

  /** Sends a field that no route has. A route may answer 404 first, as the ids are examples. */
  @Test
  void everyOwnBodyRefusesAnUnknownFieldByName() {
    JsonNode document = document();
    String admin = server.login(TestServer.ADMIN, TestServer.PASSWORD);
    int refused = 0;
    for (HttpRoute route : server.gateway().routes()) {
      JsonNode body = operation(document, route).at("/requestBody/content/application~1json");
      if (route.surface() != Surface.OWN
          || route.policy() == AccessPolicy.MODEL
          || !body.path("example").isObject()) {
        continue;
      }
      String path = route.pattern().replaceAll("\\{[^}]*}", "1");
      TestServer.Response said = server.call(route.method(), path, admin, "{\"no_such_field\":1}");
      assertThat(said.status()).as(path).isIn(404, 422);
      if (said.status() == 422) {
        assertThat(said.text()).as(path).contains("no_such_field");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(35);
  }

  private static JsonNode operation(JsonNode document, HttpRoute route) {
    return document
        .path("paths")
        .path(route.pattern().replace("+}", "}"))
        .path(route.method().toLowerCase(Locale.ROOT));
  }

  @Test
  void pagesLoadNothingFromElsewhereAndHaveNoInlineScript() {
    for (String page : new String[] {"/api/docs", "/api/redoc"}) {
      TestServer.Response said = server.call("GET", page, null, null);
      assertThat(said.header("content-security-policy").orElseThrow())
          .contains("script-src 'self'", "frame-ancestors 'none'");
      assertThat(said.text()).doesNotContain("http://", "https://", "<script>");
    }
    assertThat(server.call("GET", "/api/docs/swagger-ui-bundle.js", null, null).text())
        .contains("SwaggerUIBundle");
    assertThat(server.call("GET", "/api/docs/other.js", null, null).status()).isEqualTo(404);
  }

  /** {@link TestServer} compares each answer that a test gets with the API description. */
  @Test
  void everySimpleGetIsAnswered() {
    String admin = server.login(TestServer.ADMIN, TestServer.PASSWORD);
    for (HttpRoute route : server.gateway().routes()) {
      if (route.method().equals("GET")
          && !route.pattern().contains("{")
          && !route.pattern().equals("/api/live") // It does not end.
          && route.policy() != AccessPolicy.SERVICE) {
        TestServer.Response said = server.call("GET", route.pattern(), admin, null);
        assertThat(said.status()).as(route.pattern()).isLessThan(500);
      }
    }
    for (String what : new String[] {"model", "key", "day"}) {
      server.call("GET", "/api/usage/by/" + what, admin, null);
    }
    server.call("GET", "/v1/models/potluck-demo", server.key(admin), null);
    server.call("GET", "/v1beta/models/potluck-demo", server.key(admin), null);
    server.call("GET", "/api/auth/check-username?username=" + TestServer.ADMIN, null, null);
    server.call("PUT", "/api/auth/use-only-dedicated", admin, "{\"use_only_dedicated\":0}");
    server.call("POST", "/api/auth/join-beta", admin, null);
    server.call(
        "PUT",
        "/api/admin/routes",
        admin,
        server.call("GET", "/api/admin/routes", admin, null).text());
    assertThat(server.call("POST", "/api/auth/logout", admin, "{}").status()).isLessThan(500);
  }

  /** Each answer with status 200 or 201 has a schema for each of its content types. */
  @Test
  void everySuccessResponseIsDescribed() {
    JsonNode document = document();
    for (HttpRoute route : server.gateway().routes()) {
      String name = route.method() + " " + route.pattern();
      boolean succeeds = false;
      for (Map.Entry<String, JsonNode> answer :
          operation(document, route).path("responses").properties()) {
        succeeds |= answer.getKey().matches("[23]..|410");
        if (answer.getKey().startsWith("2")) {
          assertThat(answer.getValue().path("content").isEmpty()).as(name).isFalse();
          for (JsonNode media : answer.getValue().path("content")) {
            assertThat(media.path("schema").isEmpty()).as(name).isFalse();
          }
        }
      }
      assertThat(succeeds).as(name).isTrue();
    }
  }

  @Test
  void productionServesNoDescription() {
    TestServer own = TestServer.start(Map.of("APP_ENV", "production"));
    try {
      for (String path : new String[] {"/api/docs", "/api/redoc", "/api/openapi.json"}) {
        assertThat(own.call("GET", path, null, null).status()).isEqualTo(404);
      }
    } finally {
      own.close();
    }
  }

  private JsonNode document() {
    return server.call("GET", "/api/openapi.json", null, null).json();
  }
}
