package potluck.server.api.identity;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AddressRateLimiter;
import potluck.gateway.identity.RefreshTokens;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.UserDisabled;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/**
 * {@code /api/auth/refresh}. A client that keeps repeating after 401 gets 429, which AntiHub's
 * frontend understands.
 */
final class RefreshRoutes {
  private static final int MAX_FAILURES = 5;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final RefreshTokens refreshes;
  private final SessionCookie cookie;
  private final AddressRateLimiter failureLimiter;

  RefreshRoutes(RefreshTokens refreshes, SessionCookie cookie, InstantSource clock) {
    this.cookie = cookie;
    this.refreshes = refreshes;
    this.failureLimiter = new AddressRateLimiter(MAX_FAILURES, WINDOW, clock);
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("POST", "/api/auth/refresh", AccessPolicy.PUBLIC, this::refresh));
  }

  record RefreshRequest(@Nullable String refreshToken) {}

  /**
   * The next tokens.
   *
   * @param refreshToken null, and left out, if it is in the cookie
   */
  record RefreshResponse(
      String accessToken,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String refreshToken,
      String tokenType,
      long expiresIn) {}

  private void refresh(Request request) {
    @Nullable String inBody =
        request.optionalBody(RefreshRequest.class).map(RefreshRequest::refreshToken).orElse(null);
    @Nullable String inCookie = inBody == null ? cookie.read(request).orElse(null) : null;
    @Nullable String token = inBody == null ? inCookie : inBody;
    if (token == null) {
      throw cookie.isRequested(request)
          ? new ApiError(401, MessageKey.INVALID_REFRESH_TOKEN)
          : new ApiError(422, MessageKey.REFRESH_TOKEN_REQUIRED);
    }
    @Nullable String agent = request.header("user-agent");
    Sessions.TokenPair pair = refreshPair(token, agent == null ? "" : agent, request.address());
    request.noStore();
    request.json(
        new RefreshResponse(
            pair.accessToken(),
            inCookie == null
                ? cookie.deliver(request, pair.refreshToken())
                : cookie.setAndHide(request, pair.refreshToken()),
            "bearer",
            pair.expiresInSeconds()));
  }

  private Sessions.TokenPair refreshPair(String token, String agent, String address) {
    try {
      Optional<Sessions.TokenPair> pair = refreshes.refresh(token, agent, address);
      if (pair.isPresent()) {
        return pair.get();
      }
    } catch (UserDisabled e) {
      throw new ApiError(403, MessageKey.USER_DISABLED);
    }
    // A valid token is never limited: others may share its address.
    Optional<Duration> wait = failureLimiter.retryAfter(address);
    if (wait.isPresent()) {
      throw new ApiError(429, MessageKey.TOO_MANY_FAILED_REFRESHES.text(), wait.get());
    }
    failureLimiter.recordRefusal(address);
    throw new ApiError(401, MessageKey.INVALID_REFRESH_TOKEN);
  }
}
