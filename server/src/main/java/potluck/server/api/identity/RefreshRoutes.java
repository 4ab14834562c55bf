package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Refreshes;
import potluck.gateway.identity.Refusals;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.UserDisabled;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Text;

/**
 * {@code /api/auth/refresh}. A client that never gives up on 401 is told 429 in the end, which the
 * origin's frontend understands.
 */
final class RefreshRoutes {
  private static final int FREE = 5;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Refreshes refreshes;
  private final Refusals refusals;

  RefreshRoutes(Refreshes refreshes, InstantSource clock) {
    this.refreshes = refreshes;
    this.refusals = new Refusals(FREE, WINDOW, clock);
  }

  List<Route> routes() {
    return List.of(new Route("POST", "/api/auth/refresh", Policy.PUBLIC, this::refresh));
  }

  record Refresh(@Nullable String refreshToken) {}

  record Refreshed(String accessToken, String refreshToken, String tokenType, long expiresIn) {}

  private void refresh(Request request) {
    @Nullable String token = request.body(Refresh.class).refreshToken();
    if (token == null) {
      throw new ApiError(422, "需要 refresh_token", "A refresh_token is needed.");
    }
    @Nullable String agent = request.header("user-agent");
    Sessions.Pair pair = pair(token, agent == null ? "" : agent, request.address());
    request.noStore();
    request.json(new Refreshed(pair.access(), pair.refresh(), "bearer", pair.expiresIn()));
  }

  private Sessions.Pair pair(String token, String agent, String address) {
    try {
      Optional<Sessions.Pair> pair = refreshes.refresh(token, agent, address);
      if (pair.isPresent()) {
        return pair.get();
      }
    } catch (UserDisabled e) {
      throw new ApiError(403, "用户账号已被禁用", "The user is disabled.");
    }
    // A good token is never held up: others may share its address.
    Optional<Duration> wait = refusals.wait(address);
    if (wait.isPresent()) {
      throw new ApiError(
          429,
          new Text("刷新失败次数过多，请稍后再试", "Too many refused refreshes; try again later."),
          wait.get());
    }
    refusals.add(address);
    throw new ApiError(
        401, "刷新令牌无效或已过期，请重新登录", "The refresh token is wrong, expired or used up; log in again.");
  }
}
