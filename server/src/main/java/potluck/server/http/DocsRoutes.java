package potluck.server.http;

import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

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
        page("/api/docs", "/pages/docs.html"),
        new Route("GET", "/api/docs/{file}", Policy.PUBLIC, DocsRoutes::part),
        page("/api/redoc", "/pages/redoc.html"));
  }

  private static Route page(String path, String resource) {
    byte[] content = read(resource);
    return new Route(
        "GET",
        path,
        Policy.PUBLIC,
        request -> {
          request.out().header(HeaderNames.create("content-security-policy"), CSP);
          request.out().header(HeaderNames.create("referrer-policy"), "no-referrer");
          request.send(200, HTML, content);
        });
  }

  private static void part(Request request) {
    @Nullable Part part = PARTS.get(request.value("file"));
    if (part == null) {
      throw ApiError.notFound();
    }
    request.out().header(HeaderNames.CACHE_CONTROL, "max-age=86400");
    request.send(200, part.contentType(), read(part.resource()));
  }

  private static byte[] document() {
    Object yaml =
        new Load(LoadSettings.builder().build())
            .loadFromString(
                new String(read("/openapi.yaml"), java.nio.charset.StandardCharsets.UTF_8));
    return Json.write(yaml);
  }

  private static byte[] read(String resource) {
    try (InputStream in = DocsRoutes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
