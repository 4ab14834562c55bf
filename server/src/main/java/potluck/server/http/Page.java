package potluck.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Pages of the house and what they are made of, from the program itself: nothing from elsewhere.
 */
public final class Page {
  private static final String CSP =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private Page() {}

  /** A file of the folder {@code pages}, for anybody to see. */
  public static Route of(String path, String file, String contentType) {
    return of(path, file, contentType, CSP);
  }

  /**
   * @param csp its Content-Security-Policy
   */
  public static Route of(String path, String file, String contentType, String csp) {
    byte[] content = read("/pages/" + file);
    return new Route(
        "GET",
        path,
        Policy.PUBLIC,
        request -> {
          request.answerHeader("content-security-policy", csp);
          request.answerHeader("referrer-policy", "no-referrer");
          request.send(200, contentType, content);
        });
  }

  /** A file of the program's. */
  public static byte[] read(String resource) {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
