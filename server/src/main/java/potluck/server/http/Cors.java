package potluck.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages of other origins may read answers: those that the operator names, exactly, and no
 * others. Source: the Fetch standard. Immutable.
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

  /** Names of headers as HTTP has them (RFC 9110, 5.6.2), and not a thousand of them. */
  private static final Pattern HEADER_NAMES =
      Pattern.compile("[\\w!#$%&'*+.^`|~-]{1,64}(\\s*,\\s*[\\w!#$%&'*+.^`|~-]{1,64}){0,63}");

  /** Each by name: where credentials are allowed, a {@code *} means nothing (Fetch, 3.3.4). */
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
    out.header(ALLOW_ORIGIN, origin);
    out.header(ALLOW_CREDENTIALS, "true");
    out.header(EXPOSE_HEADERS, EXPOSED_HEADER_NAMES);
    boolean asks =
        in.prologue().method().text().equals("OPTIONS") && in.headers().contains(REQUEST_METHOD);
    if (asks) {
      out.header(ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE");
      // Whatever it wants to send: SDKs in browsers bring headers of their own (x-stainless-os …),
      // and what an admitted origin may do is not decided by names of headers.
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
