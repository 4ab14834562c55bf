package potluck.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
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
                            described.add(
                                method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
    assertThat(described).isEqualTo(served);
  }

  @Test
  void everyOperationDescribesAccessAndErrors() {
    JsonNode paths = document().path("paths");
    for (HttpRoute route : server.gateway().routes()) {
      JsonNode operation =
          paths
              .path(route.pattern().replace("+}", "}"))
              .path(route.method().toLowerCase(java.util.Locale.ROOT));
      String name = route.method() + " " + route.pattern();
      assertThat(operation.path("summary").asText()).as(name).isNotEmpty();
      assertThat(operation.path("security").isEmpty())
          .as(name)
          .isEqualTo(route.policy() == AccessPolicy.PUBLIC);
      if (route.policy() != AccessPolicy.PUBLIC) {
        assertThat(operation.path("responses").has("401")).as(name).isTrue();
      }
      for (JsonNode reference : operation.findValues("$ref")) {
        String pointer = reference.asText().substring(1);
        assertThat(document().at(pointer).isMissingNode()).as(pointer).isFalse();
      }
    }
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

  /** Each answer with status 200 or 201 has a schema in the description. */
  @Test
  void everySuccessResponseIsDescribed() {
    document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            operation
                                .getValue()
                                .path("responses")
                                .properties()
                                .forEach(
                                    answer -> {
                                      String name = operation.getKey() + " " + path.getKey();
                                      if (answer.getKey().matches("20[01]")) {
                                        assertThat(answer.getValue().findValues("schema"))
                                            .as(name)
                                            .isNotEmpty();
                                      }
                                    })));
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
