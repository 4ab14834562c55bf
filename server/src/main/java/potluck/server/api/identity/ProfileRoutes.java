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
import potluck.server.http.MessageKey;
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
            ? request.localized(MessageKey.IN_BETA)
            : request.localized(MessageKey.NOT_IN_BETA);
    return new BetaResponse(true, message, beta);
  }

  private void dedicated(Request request) {
    request.json(dedicatedResponse(request, request.caller().user().onlyDedicated()));
  }

  record DedicatedRequest(@Nullable Integer useOnlyDedicated) {}

  private void setDedicated(Request request) {
    @Nullable Integer wanted = request.body(DedicatedRequest.class).useOnlyDedicated();
    if (wanted == null || wanted < 0 || wanted > 1) {
      throw new ApiError(422, MessageKey.INVALID_USE_ONLY_DEDICATED);
    }
    users.setOnlyDedicated(request.caller().user().id(), wanted == 1);
    request.json(dedicatedResponse(request, wanted == 1));
  }

  private static DedicatedResponse dedicatedResponse(Request request, boolean only) {
    String message =
        only
            ? request.localized(MessageKey.ONLY_OWN_ACCOUNTS_USED)
            : request.localized(MessageKey.SHARED_ACCOUNTS_USED);
    return new DedicatedResponse(true, message, only ? 1 : 0);
  }

  private void check(Request request) {
    Optional<Duration> wait = checkLimiter.retryAfter(request.address());
    if (wait.isPresent()) {
      throw new ApiError(429, MessageKey.TOO_MANY_USERNAME_CHECKS.text(), wait.get());
    }
    checkLimiter.recordRefusal(request.address());
    @Nullable String asked = request.query("username");
    String name = CredentialRules.checkUsername(asked);
    boolean exists = users.find(name).isPresent();
    String message =
        exists
            ? request.localized(MessageKey.USERNAME_TAKEN)
            : request.localized(MessageKey.USERNAME_AVAILABLE);
    request.json(new UsernameCheck(exists, message, name));
  }
}
