package potluck.server.api.identity;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/**
 * The refresh token of a browser, in a cookie that scripts cannot read. A client asks for it with
 * the header {@code X-Potluck-Session: cookie}; clients without the header get the token in the
 * JSON. The browser sends the cookie only to {@code /api/auth} and only from this site, and it is
 * accepted only from pages of this server, so that another site cannot use it. Source: RFC 6265bis,
 * the Fetch standard and Fetch Metadata. Immutable.
 */
final class SessionCookie {
  static final String NAME = "potluck_refresh";
  private static final String HEADER = "x-potluck-session";
  private static final String COOKIE = "cookie";

  private final String publicUrl;
  private final Duration lifetime;

  /**
   * @param publicUrl the address under which users reach the server; empty if it is not set
   * @param lifetime of refresh tokens
   */
  SessionCookie(String publicUrl, Duration lifetime) {
    this.publicUrl = publicUrl;
    this.lifetime = lifetime;
  }

  /** Whether the client asks for the cookie. */
  boolean isRequested(Request request) {
    return COOKIE.equalsIgnoreCase(request.header(HEADER));
  }

  /**
   * Sets the cookie if the client asks for it.
   *
   * @return the token for the JSON; null if it is in the cookie
   */
  @Nullable String deliver(Request request, String refreshToken) {
    return isRequested(request) ? setAndHide(request, refreshToken) : refreshToken;
  }

  /** Sets the cookie; the JSON has no token then. */
  @Nullable String setAndHide(Request request, String refreshToken) {
    write(request, refreshToken, lifetime);
    return null;
  }

  /** Makes the browser forget the cookie, if it sent one. */
  void clear(Request request) {
    if (request.cookie(NAME) != null) {
      write(request, "", Duration.ZERO);
    }
  }

  /**
   * The token of the cookie; empty if there is no cookie.
   *
   * @throws ApiError 403 if the request has the cookie and does not come from a page of this server
   */
  Optional<String> read(Request request) {
    @Nullable String token = request.cookie(NAME);
    if (token == null || token.isEmpty()) {
      return Optional.empty();
    }
    if (!isOfThisServer(request)) {
      throw new ApiError(403, MessageKey.SESSION_COOKIE_OF_OTHER_ORIGIN);
    }
    return Optional.of(token);
  }

  private boolean isOfThisServer(Request request) {
    // A page cannot set either header; a browser sends Origin with every POST.
    if ("same-origin".equals(request.header("sec-fetch-site"))) {
      return true;
    }
    @Nullable String origin = request.header("origin");
    if (origin == null) {
      return false;
    }
    if (!publicUrl.isEmpty() && origin.equalsIgnoreCase(origin(URI.create(publicUrl)))) {
      return true;
    }
    // A page that was loaded without TLS may have been changed on the way.
    boolean downgraded = isSecure(request) && !origin.toLowerCase(Locale.ROOT).startsWith("https:");
    @Nullable String host = request.header("host");
    return !downgraded
        && host != null
        && (origin.equalsIgnoreCase("http://" + host)
            || origin.equalsIgnoreCase("https://" + host));
  }

  private static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }

  /** A client that claims HTTPS without it only loses its own cookie. */
  private boolean isSecure(Request request) {
    return publicUrl.startsWith("https://") || request.isHttps();
  }

  private void write(Request request, String value, Duration maxAge) {
    request.addCookie(
        NAME
            + "="
            + value
            + "; Path=/api/auth; Max-Age="
            + maxAge.toSeconds()
            + "; HttpOnly; SameSite=Strict"
            + (isSecure(request) ? "; Secure" : ""));
  }
}
