package potluck.server.api.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.server.api.console.ConsoleFiles.ConsoleFile;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** The web console below {@code /console/}: static files with a strict content security policy. */
public final class ConsoleRoutes {
  private static final String INDEX = "index.html";
  private static final Pattern IMPORT_MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

  private final ConsoleFiles files;

  /**
   * @param folder a folder to read the console from at every request, for developers; null reads it
   *     from the program
   */
  public ConsoleRoutes(@Nullable Path folder) {
    files = new ConsoleFiles(folder);
  }

  /** All routes of the console. */
  public List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/console", AccessPolicy.PUBLIC, ConsoleRoutes::redirect),
        new HttpRoute(
            "GET", "/console/", AccessPolicy.PUBLIC, request -> send(request, find(INDEX))),
        new HttpRoute(
            "GET",
            "/console/{file+}",
            AccessPolicy.PUBLIC,
            request -> send(request, find(request.value("file")))));
  }

  /** Whether a request is a browser's that opens a page: those want the console instead of JSON. */
  public static boolean isPageRequest(Request request) {
    @Nullable String accept = request.header("accept");
    return accept != null && accept.contains("text/html");
  }

  /** Sends a browser to the console. */
  public static void redirect(Request request) {
    request.responseHeader("location", "/console/");
    request.responseHeader("vary", "Accept");
    request.send(303, "text/plain; charset=utf-8", new byte[0]);
  }

  private ConsoleFile find(String path) {
    return files.find(path).orElseThrow(ApiError::notFound);
  }

  private static void send(Request request, ConsoleFile file) {
    request.responseHeader("etag", file.etag());
    // A browser asks each time if its copy is current, so an upgrade is seen at once.
    request.responseHeader("cache-control", "no-cache");
    request.responseHeader("vary", "Accept-Encoding");
    request.responseHeader("referrer-policy", "no-referrer");
    if (file.contentType().startsWith("text/html")) {
      request.responseHeader("content-security-policy", policy(file));
      request.responseHeader("cross-origin-opener-policy", "same-origin");
    }
    @Nullable String known = request.header("if-none-match");
    if (known != null && known.contains(file.etag())) {
      request.send(304, file.contentType(), new byte[0]);
      return;
    }
    @Nullable String encodings = request.header("accept-encoding");
    boolean zipped = encodings != null && encodings.contains("gzip");
    if (zipped) {
      request.responseHeader("content-encoding", "gzip");
    }
    request.send(200, file.contentType(), zipped ? file.gzip() : file.content());
  }

  /** Only files of this server, no inline script but the import map, and no HTML from strings. */
  private static String policy(ConsoleFile page) {
    Matcher map = IMPORT_MAP.matcher(new String(page.content(), UTF_8));
    String hash = map.find() ? " '" + ConsoleFiles.cspHash(map.group(1).getBytes(UTF_8)) + "'" : "";
    return "default-src 'none'; script-src 'self'"
        + hash
        + "; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none';"
        + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
        + " trusted-types lit-html";
  }
}
