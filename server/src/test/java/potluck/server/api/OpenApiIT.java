package potluck.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import potluck.server.http.Policy;
import potluck.server.http.Route;
import potluck.server.scene.TestHouse;

/** The API's description says what there is, no less and no more. */
class OpenApiIT {
  private final TestHouse house = TestHouse.shared();

  @Test
  void everyRouteIsDescribedAndEverythingDescribedIsARoute() {
    SortedSet<String> served = new TreeSet<>();
    for (Route route : house.gateway().routes()) {
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
  void everyOperationSaysWhoMayCallItAndWhatCanGoWrong() {
    JsonNode paths = document().path("paths");
    for (Route route : house.gateway().routes()) {
      JsonNode told =
          paths
              .path(route.pattern().replace("+}", "}"))
              .path(route.method().toLowerCase(java.util.Locale.ROOT));
      String name = route.method() + " " + route.pattern();
      assertThat(told.path("summary").asText()).as(name).isNotEmpty();
      assertThat(told.path("security").isEmpty())
          .as(name)
          .isEqualTo(route.policy() == Policy.PUBLIC);
      if (route.policy() != Policy.PUBLIC) {
        assertThat(told.path("responses").has("401")).as(name).isTrue();
      }
      for (JsonNode reference : told.findValues("$ref")) {
        String pointer = reference.asText().substring(1);
        assertThat(document().at(pointer).isMissingNode()).as(pointer).isFalse();
      }
    }
  }

  @Test
  void thePagesBringEverythingWithThemAndNothingInline() {
    for (String page : new String[] {"/api/docs", "/api/redoc"}) {
      TestHouse.Said said = house.call("GET", page, null, null);
      assertThat(said.header("content-security-policy").orElseThrow())
          .contains("script-src 'self'", "frame-ancestors 'none'");
      assertThat(said.text()).doesNotContain("http://", "https://", "<script>");
    }
    assertThat(house.call("GET", "/api/docs/swagger-ui-bundle.js", null, null).text())
        .contains("SwaggerUIBundle");
    assertThat(house.call("GET", "/api/docs/other.js", null, null).status()).isEqualTo(404);
  }

  /** That answers are as they are described is looked at with each answer that a test gets. */
  @Test
  void everyPlainQuestionHasAnAnswer() {
    String admin = house.login(TestHouse.ADMIN, TestHouse.PASSWORD);
    for (Route route : house.gateway().routes()) {
      if (route.method().equals("GET")
          && !route.pattern().contains("{")
          && route.policy() != Policy.SERVICE) {
        TestHouse.Said said = house.call("GET", route.pattern(), admin, null);
        assertThat(said.status()).as(route.pattern()).isLessThan(500);
      }
    }
    for (String what : new String[] {"model", "key", "day"}) {
      house.call("GET", "/api/usage/by/" + what, admin, null);
    }
    house.call("GET", "/v1/models/potluck-demo", house.key(admin), null);
    house.call("GET", "/v1beta/models/potluck-demo", house.key(admin), null);
    house.call("GET", "/api/auth/check-username?username=" + TestHouse.ADMIN, null, null);
    house.call("PUT", "/api/auth/use-only-dedicated", admin, "{\"use_only_dedicated\":0}");
    house.call("POST", "/api/auth/join-beta", admin, null);
    house.call(
        "PUT",
        "/api/admin/routes",
        admin,
        house.call("GET", "/api/admin/routes", admin, null).text());
    assertThat(house.call("POST", "/api/auth/logout", admin, "{}").status()).isLessThan(500);
  }

  /** An answer that is no page of JSON has its type, and one that is has a schema. */
  @Test
  void everySuccessIsDescribed() {
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
  void inProductionThereIsNone() {
    TestHouse own = TestHouse.own(Map.of("APP_ENV", "production"));
    try {
      for (String path : new String[] {"/api/docs", "/api/redoc", "/api/openapi.json"}) {
        assertThat(own.call("GET", path, null, null).status()).isEqualTo(404);
      }
    } finally {
      own.close();
    }
  }

  private JsonNode document() {
    return house.call("GET", "/api/openapi.json", null, null).json();
  }
}
