package potluck.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which web origins may read answers: exactly those that the operator lists. Source: the Fetch
 * standard. Immutable.
 */
public final class Cors {
  private static final HeaderName ALLOW_METHODS =
      HeaderNames.create("access-control-allow-methods");
  private static final HeaderName ALLOW_HEADERS =
      HeaderNames.create("access-control-allow-headers");
  private static final HeaderName EXPOSE_HEADERS =
      HeaderNames.create("access-control-expose-headers");
  private static final HeaderName MAX_AGE = HeaderNames.create("access-control-max-age");
  private static final HeaderName ALLOW_CREDENTIALS =
      HeaderNames.create("access-control-allow-credentials");
  private static final HeaderName ALLOW_ORIGIN = HeaderNames.create("access-control-allow-origin");
  private static final HeaderName REQUEST_METHOD =
      HeaderNames.create("access-control-request-method");
  private static final HeaderName REQUEST_HEADERS =
      HeaderNames.create("access-control-request-headers");

  /** Header names (RFC 9110, 5.6.2), at most 64. */
  private static final Pattern HEADER_NAMES =
      Pattern.compile("[\\w!#$%&'*+.^`|~-]{1,64}(\\s*,\\s*[\\w!#$%&'*+.^`|~-]{1,64}){0,63}");

  /** Listed by name: with credentials, {@code *} has no effect (Fetch, 3.3.4). */
  private static final String EXPOSED_HEADER_NAMES =
      "x-request-id, request-id, retry-after, content-disposition, x-potluck-lost, x-potluck-count,"
          + " x-ratelimit-limit-requests, x-ratelimit-remaining-requests,"
          + " x-ratelimit-reset-requests, x-ratelimit-limit-tokens,"
          + " x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens";

  private final Set<String> origins;

  /**
   * @param origins such as {@code https://app.example.org}
   */
  public Cors(Set<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  /**
   * Adds the CORS headers, and answers a preflight request.
   *
   * @return whether it was a preflight request, which is answered then
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
    out.header(ALLOW_ORIGIN, origin);
    out.header(ALLOW_CREDENTIALS, "true");
    out.header(EXPOSE_HEADERS, EXPOSED_HEADER_NAMES);
    boolean asks =
        in.prologue().method().text().equals("OPTIONS") && in.headers().contains(REQUEST_METHOD);
    if (asks) {
      out.header(ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE");
      // Any header: SDKs in browsers send their own (x-stainless-os …), and an allowed origin is
      // trusted.
      in.headers()
          .first(REQUEST_HEADERS)
          .filter(names -> HEADER_NAMES.matcher(names).matches())
          .ifPresent(names -> out.header(ALLOW_HEADERS, names));
      out.header(MAX_AGE, "600");
      out.status(204);
      out.send();
    }
    return asks;
  }
}
