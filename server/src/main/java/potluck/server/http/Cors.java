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
  private static final HeaderName METHODS = HeaderNames.create("access-control-allow-methods");
  private static final HeaderName HEADERS = HeaderNames.create("access-control-allow-headers");
  private static final HeaderName EXPOSED = HeaderNames.create("access-control-expose-headers");
  private static final HeaderName AGE = HeaderNames.create("access-control-max-age");
  private static final HeaderName CREDENTIALS =
      HeaderNames.create("access-control-allow-credentials");
  private static final HeaderName ALLOWED = HeaderNames.create("access-control-allow-origin");
  private static final HeaderName WANTED = HeaderNames.create("access-control-request-method");
  private static final HeaderName WANTED_HEADERS =
      HeaderNames.create("access-control-request-headers");

  /** Names of headers as HTTP has them (RFC 9110, 5.6.2), and not a thousand of them. */
  private static final Pattern NAMES =
      Pattern.compile("[\\w!#$%&'*+.^`|~-]{1,64}(\\s*,\\s*[\\w!#$%&'*+.^`|~-]{1,64}){0,63}");

  /** Each by name: where credentials are allowed, a {@code *} means nothing (Fetch, 3.3.4). */
  private static final String EXPOSES =
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
    out.header(ALLOWED, origin);
    out.header(CREDENTIALS, "true");
    out.header(EXPOSED, EXPOSES);
    boolean asks = in.prologue().method().text().equals("OPTIONS") && in.headers().contains(WANTED);
    if (asks) {
      out.header(METHODS, "GET, POST, PUT, PATCH, DELETE");
      // Whatever it wants to send: SDKs in browsers bring headers of their own (x-stainless-os …),
      // and what an admitted origin may do is not decided by names of headers.
      in.headers()
          .first(WANTED_HEADERS)
          .filter(names -> NAMES.matcher(names).matches())
          .ifPresent(names -> out.header(HEADERS, names));
      out.header(AGE, "600");
      out.status(204);
      out.send();
    }
    return asks;
  }
}
