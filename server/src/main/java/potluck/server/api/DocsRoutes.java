package potluck.server.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Page;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/**
 * The API's own description, to be read by programs and by people. Everything comes from the
 * program itself, nothing from the network.
 */
final class DocsRoutes {
  private static final String CSP =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data:; connect-src 'self'; worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action"
          + " 'none'";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
  private static final String REDOC = "/META-INF/resources/webjars/redoc/2.5.1/";

  /** The parts of the page by name: where they lie in the program, and what they are. */
  private static final Map<String, Part> PARTS =
      Map.of(
          "docs.js", new Part("/pages/docs.js", SCRIPT),
          "swagger-ui.css", new Part(SWAGGER + "swagger-ui.css", "text/css; charset=utf-8"),
          "swagger-ui-bundle.js", new Part(SWAGGER + "swagger-ui-bundle.js", SCRIPT),
          "redoc.js", new Part("/pages/redoc.js", SCRIPT),
          "redoc.standalone.js", new Part(REDOC + "redoc.standalone.js", SCRIPT));

  private record Part(String resource, String contentType) {}

  private final byte[] document = document();

  List<Route> routes() {
    return List.of(
        new Route(
            "GET",
            "/api/openapi.json",
            Policy.PUBLIC,
            request -> request.send(200, "application/json", document)),
        Page.of("/api/docs", "docs.html", HTML, CSP),
        new Route("GET", "/api/docs/{file}", Policy.PUBLIC, DocsRoutes::part),
        Page.of("/api/redoc", "redoc.html", HTML, CSP));
  }

  private static void part(Request request) {
    @Nullable Part part = PARTS.get(request.value("file"));
    if (part == null) {
      throw ApiError.notFound();
    }
    request.answerHeader("cache-control", "max-age=86400");
    request.send(200, part.contentType(), Page.read(part.resource()));
  }

  private static byte[] document() {
    Object yaml =
        new Load(LoadSettings.builder().build())
            .loadFromString(
                new String(Page.read("/openapi.yaml"), java.nio.charset.StandardCharsets.UTF_8));
    return Json.write(yaml);
  }
}
