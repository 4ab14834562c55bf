package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AddressRateLimiter;
import potluck.gateway.identity.Users;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.LocalizedText;
import potluck.server.http.Request;

/** Profile fields that AntiHub's frontend asks for. */
final class ProfileRoutes {
  private static final int MAX_CHECKS_PER_MINUTE = 30;

  private final Users users;
  private final boolean checkUsername;
  private final AddressRateLimiter checkLimiter;

  /**
   * @param checkUsername whether anybody may ask if a name is taken
   */
  ProfileRoutes(Users users, boolean checkUsername, InstantSource clock) {
    this.users = users;
    this.checkUsername = checkUsername;
    this.checkLimiter = new AddressRateLimiter(MAX_CHECKS_PER_MINUTE, Duration.ofMinutes(1), clock);
  }

  List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>();
    routes.add(new HttpRoute("POST", "/api/auth/join-beta", AccessPolicy.USER, this::joinBeta));
    routes.add(new HttpRoute("GET", "/api/auth/beta-status", AccessPolicy.USER, this::betaStatus));
    routes.add(
        new HttpRoute("GET", "/api/auth/use-only-dedicated", AccessPolicy.USER, this::dedicated));
    routes.add(
        new HttpRoute(
            "PUT", "/api/auth/use-only-dedicated", AccessPolicy.USER, this::setDedicated));
    if (checkUsername) {
      routes.add(
          new HttpRoute("GET", "/api/auth/check-username", AccessPolicy.PUBLIC, this::check));
    }
    return routes;
  }

  record BetaResponse(boolean success, String message, int beta) {}

  record DedicatedResponse(boolean success, String message, int useOnlyDedicated) {}

  record UsernameCheck(boolean exists, String message, String username) {}

  private void joinBeta(Request request) {
    users.joinBeta(request.caller().user().id());
    request.json(betaResponse(request, 1));
  }

  private void betaStatus(Request request) {
    request.json(betaResponse(request, request.caller().user().beta()));
  }

  private static BetaResponse betaResponse(Request request, int beta) {
    String message =
        beta == 1
            ? request.localized("已加入 Beta 计划", "You are in the beta.")
            : request.localized("未加入 Beta 计划", "You are not in the beta.");
    return new BetaResponse(true, message, beta);
  }

  private void dedicated(Request request) {
    request.json(dedicatedResponse(request, request.caller().user().onlyDedicated()));
  }

  record DedicatedRequest(@Nullable Integer useOnlyDedicated) {}

  private void setDedicated(Request request) {
    @Nullable Integer wanted = request.body(DedicatedRequest.class).useOnlyDedicated();
    if (wanted == null || wanted < 0 || wanted > 1) {
      throw new ApiError(422, "use_only_dedicated 必须是 0 或 1", "use_only_dedicated must be 0 or 1.");
    }
    users.setOnlyDedicated(request.caller().user().id(), wanted == 1);
    request.json(dedicatedResponse(request, wanted == 1));
  }

  private static DedicatedResponse dedicatedResponse(Request request, boolean only) {
    String message =
        only
            ? request.localized("已启用仅使用专属账号", "Only accounts of your own are used.")
            : request.localized("未启用仅使用专属账号", "Shared accounts are used, too.");
    return new DedicatedResponse(true, message, only ? 1 : 0);
  }

  private void check(Request request) {
    Optional<Duration> wait = checkLimiter.retryAfter(request.address());
    if (wait.isPresent()) {
      throw new ApiError(
          429,
          new LocalizedText("查询过于频繁，请稍后再试", "Too many requests; try again later."),
          wait.get());
    }
    checkLimiter.recordRefusal(request.address());
    @Nullable String asked = request.query("username");
    String name = CredentialRules.checkUsername(asked);
    boolean exists = users.find(name).isPresent();
    String message =
        exists
            ? request.localized("用户名已存在", "This user name is taken.")
            : request.localized("用户名可用", "This user name is available.");
    request.json(new UsernameCheck(exists, message, name));
  }
}
