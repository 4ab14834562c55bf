package potluck.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.http.StaticPage;

/** The API description, for programs and for people. All files come from the program itself. */
final class DocsRoutes {
  private static final String CSP =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data:; connect-src 'self'; worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action"
          + " 'none'";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
  private static final String REDOC = "/META-INF/resources/webjars/redoc/2.5.1/";

  /** The files of the page by name. */
  private static final Map<String, Part> PARTS =
      Map.of(
          "docs.js", new Part("/pages/docs.js", SCRIPT),
          "swagger-ui.css", new Part(SWAGGER + "swagger-ui.css", "text/css; charset=utf-8"),
          "swagger-ui-bundle.js", new Part(SWAGGER + "swagger-ui-bundle.js", SCRIPT),
          "redoc.js", new Part("/pages/redoc.js", SCRIPT),
          "redoc.standalone.js", new Part(REDOC + "redoc.standalone.js", SCRIPT));

  private record Part(String resource, String contentType) {}

  private DocsRoutes() {}

  /**
   * The routes of the description, which lists only routes that this server has: a setting may
   * switch some off.
   *
   * @param others all other routes
   */
  static List<HttpRoute> describing(List<HttpRoute> others) {
    Set<String> served = new HashSet<>();
    Stream.concat(others.stream(), routes(new byte[0]).stream())
        .forEach(route -> served.add(route.method() + " " + route.pattern().replace("+}", "}")));
    return routes(document(served));
  }

  private static List<HttpRoute> routes(byte[] document) {
    return List.of(
        new HttpRoute(
            "GET",
            "/api/openapi.json",
            AccessPolicy.PUBLIC,
            request -> request.send(200, "application/json", document)),
        StaticPage.route("/api/docs", "docs.html", HTML, CSP),
        new HttpRoute("GET", "/api/docs/{file}", AccessPolicy.PUBLIC, DocsRoutes::part),
        StaticPage.route("/api/redoc", "redoc.html", HTML, CSP));
  }

  private static void part(Request request) {
    @Nullable Part part = PARTS.get(request.value("file"));
    if (part == null) {
      throw ApiError.notFound();
    }
    request.responseHeader("cache-control", "max-age=86400");
    request.send(200, part.contentType(), StaticPage.readResource(part.resource()));
  }

  /**
   * @param served methods and paths, such as {@code GET /api/pool}
   */
  private static byte[] document(Set<String> served) {
    JsonNode document =
        ApiJson.MAPPER.valueToTree(
            new Load(LoadSettings.builder().build())
                .loadFromString(
                    new String(StaticPage.readResource("/openapi.yaml"), StandardCharsets.UTF_8)));
    if (document.path("paths") instanceof ObjectNode paths) {
      for (Map.Entry<String, JsonNode> path : List.copyOf(paths.properties())) {
        if (path.getValue() instanceof ObjectNode operations) {
          operations
              .properties()
              .removeIf(
                  each ->
                      !served.contains(
                          each.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey()));
          if (operations.isEmpty()) {
            paths.remove(path.getKey());
          }
        }
      }
    }
    return ApiJson.write(document);
  }
}
