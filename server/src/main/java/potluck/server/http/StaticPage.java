package potluck.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Static pages and their files, all from the program itself. */
public final class StaticPage {
  private static final String CSP =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private StaticPage() {}

  /** A public file of the folder {@code pages}. */
  public static HttpRoute route(String path, String file, String contentType) {
    return route(path, file, contentType, CSP);
  }

  /**
   * @param csp its Content-Security-Policy
   */
  public static HttpRoute route(String path, String file, String contentType, String csp) {
    byte[] content = readResource("/pages/" + file);
    return new HttpRoute(
        "GET",
        path,
        AccessPolicy.PUBLIC,
        request -> {
          request.responseHeader("content-security-policy", csp);
          request.responseHeader("referrer-policy", "no-referrer");
          request.send(200, contentType, content);
        });
  }

  /** A file on the class path. */
  public static byte[] readResource(String resource) {
    try (InputStream in = StaticPage.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
