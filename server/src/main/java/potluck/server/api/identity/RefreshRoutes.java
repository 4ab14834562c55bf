package potluck.server.api.identity;

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
import potluck.server.http.LocalizedText;
import potluck.server.http.Request;

/**
 * {@code /api/auth/refresh}. A client that keeps repeating after 401 gets 429, which AntiHub's
 * frontend understands.
 */
final class RefreshRoutes {
  private static final int MAX_FAILURES = 5;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final RefreshTokens refreshes;
  private final AddressRateLimiter failureLimiter;

  RefreshRoutes(RefreshTokens refreshes, InstantSource clock) {
    this.refreshes = refreshes;
    this.failureLimiter = new AddressRateLimiter(MAX_FAILURES, WINDOW, clock);
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("POST", "/api/auth/refresh", AccessPolicy.PUBLIC, this::refresh));
  }

  record RefreshRequest(@Nullable String refreshToken) {}

  record RefreshResponse(
      String accessToken, String refreshToken, String tokenType, long expiresIn) {}

  private void refresh(Request request) {
    @Nullable String token = request.body(RefreshRequest.class).refreshToken();
    if (token == null) {
      throw new ApiError(422, "需要 refresh_token", "refresh_token is required.");
    }
    @Nullable String agent = request.header("user-agent");
    Sessions.TokenPair pair = refreshPair(token, agent == null ? "" : agent, request.address());
    request.noStore();
    request.json(
        new RefreshResponse(
            pair.accessToken(), pair.refreshToken(), "bearer", pair.expiresInSeconds()));
  }

  private Sessions.TokenPair refreshPair(String token, String agent, String address) {
    try {
      Optional<Sessions.TokenPair> pair = refreshes.refresh(token, agent, address);
      if (pair.isPresent()) {
        return pair.get();
      }
    } catch (UserDisabled e) {
      throw new ApiError(403, "用户账号已被禁用", "The user is disabled.");
    }
    // A valid token is never limited: others may share its address.
    Optional<Duration> wait = failureLimiter.retryAfter(address);
    if (wait.isPresent()) {
      throw new ApiError(
          429,
          new LocalizedText("刷新失败次数过多，请稍后再试", "Too many failed refreshes; try again later."),
          wait.get());
    }
    failureLimiter.recordRefusal(address);
    throw new ApiError(
        401,
        "刷新令牌无效或已过期，请重新登录",
        "The refresh token is wrong, expired or already used; log in again.");
  }
}
