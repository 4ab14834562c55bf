package potluck.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages of other origins may read answers: those that the operator names, exactly, and no
 * others. Source: the Fetch standard. Immutable.
 */
final class Cors {
  private static final HeaderName METHODS = HeaderNames.create("access-control-allow-methods");
  private static final HeaderName HEADERS = HeaderNames.create("access-control-allow-headers");
  private static final HeaderName EXPOSED = HeaderNames.create("access-control-expose-headers");
  private static final HeaderName AGE = HeaderNames.create("access-control-max-age");
  private static final HeaderName CREDENTIALS =
      HeaderNames.create("access-control-allow-credentials");
  private static final HeaderName ALLOWED = HeaderNames.create("access-control-allow-origin");
  private static final HeaderName WANTED = HeaderNames.create("access-control-request-method");

  private final Set<String> origins;

  /**
   * @param origins such as {@code https://app.example.org}
   */
  Cors(Set<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  /**
   * Marks an answer, and answers a browser's question in advance.
   *
   * @return whether the request was such a question, and is answered
   */
  boolean handle(ServerRequest in, ServerResponse out) {
    if (origins.isEmpty()) {
      return false;
    }
    out.header(HeaderNames.VARY, "Origin");
    @Nullable String origin = in.headers().first(HeaderNames.ORIGIN).orElse(null);
    if (origin == null || !origins.contains(origin)) {
      return false;
    }
    out.header(ALLOWED, origin);
    out.header(CREDENTIALS, "true");
    out.header(EXPOSED, "x-request-id, retry-after, x-potluck-lost, x-potluck-count");
    boolean asks = in.prologue().method().text().equals("OPTIONS") && in.headers().contains(WANTED);
    if (asks) {
      out.header(METHODS, "GET, POST, PUT, PATCH, DELETE");
      out.header(
          HEADERS,
          "authorization, content-type, x-api-key, x-goog-api-key, anthropic-version,"
              + " anthropic-beta, idempotency-key, x-client-request-id, x-app");
      out.header(AGE, "600");
      out.status(204);
      out.send();
    }
    return asks;
  }
}
