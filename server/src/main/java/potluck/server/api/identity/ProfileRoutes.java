package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Refusals;
import potluck.gateway.identity.Users;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Text;

/** Small things about a user that the origin's frontend asks for. */
final class ProfileRoutes {
  private static final int FREE_CHECKS = 30;

  private final Users users;
  private final boolean checkUsername;
  private final Refusals checks;

  /**
   * @param checkUsername whether anybody may ask which names are taken
   */
  ProfileRoutes(Users users, boolean checkUsername, InstantSource clock) {
    this.users = users;
    this.checkUsername = checkUsername;
    this.checks = new Refusals(FREE_CHECKS, Duration.ofMinutes(1), clock);
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(new Route("POST", "/api/auth/join-beta", Policy.USER, this::joinBeta));
    routes.add(new Route("GET", "/api/auth/beta-status", Policy.USER, this::betaStatus));
    routes.add(new Route("GET", "/api/auth/use-only-dedicated", Policy.USER, this::dedicated));
    routes.add(new Route("PUT", "/api/auth/use-only-dedicated", Policy.USER, this::setDedicated));
    if (checkUsername) {
      routes.add(new Route("GET", "/api/auth/check-username", Policy.PUBLIC, this::check));
    }
    return routes;
  }

  record Beta(boolean success, String message, int beta) {}

  record Dedicated(boolean success, String message, int useOnlyDedicated) {}

  record Checked(boolean exists, String message, String username) {}

  private void joinBeta(Request request) {
    users.joinBeta(request.caller().user().id());
    request.json(beta(request, 1));
  }

  private void betaStatus(Request request) {
    request.json(beta(request, request.caller().user().beta()));
  }

  private static Beta beta(Request request, int beta) {
    String message =
        beta == 1
            ? request.said("已加入 Beta 计划", "You are in the beta.")
            : request.said("未加入 Beta 计划", "You are not in the beta.");
    return new Beta(true, message, beta);
  }

  private void dedicated(Request request) {
    request.json(shown(request, request.caller().user().onlyDedicated()));
  }

  record SetDedicated(@Nullable Integer useOnlyDedicated) {}

  private void setDedicated(Request request) {
    @Nullable Integer wanted = request.body(SetDedicated.class).useOnlyDedicated();
    if (wanted == null || wanted < 0 || wanted > 1) {
      throw new ApiError(422, "use_only_dedicated 必须是 0 或 1", "use_only_dedicated must be 0 or 1.");
    }
    users.setOnlyDedicated(request.caller().user().id(), wanted == 1);
    request.json(shown(request, wanted == 1));
  }

  private static Dedicated shown(Request request, boolean only) {
    String message =
        only
            ? request.said("已启用仅使用专属账号", "Only accounts of your own are used.")
            : request.said("未启用仅使用专属账号", "Shared accounts are used, too.");
    return new Dedicated(true, message, only ? 1 : 0);
  }

  private void check(Request request) {
    Optional<Duration> wait = checks.wait(request.address());
    if (wait.isPresent()) {
      throw new ApiError(
          429, new Text("查询过于频繁，请稍后再试", "Too many questions; try again later."), wait.get());
    }
    checks.add(request.address());
    @Nullable String asked = request.query("username");
    String name = Credentials.username(asked);
    boolean exists = users.find(name).isPresent();
    String message =
        exists
            ? request.said("用户名已存在", "This user name is taken.")
            : request.said("用户名可用", "This user name is free.");
    request.json(new Checked(exists, message, name));
  }
}
