package potluck.server.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Refusals;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;

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
    request.json(new Beta(true, "已加入 Beta 计划", 1));
  }

  private void betaStatus(Request request) {
    User user = request.caller().user();
    request.json(new Beta(true, user.beta() == 1 ? "已加入 Beta 计划" : "未加入 Beta 计划", user.beta()));
  }

  private void dedicated(Request request) {
    request.json(shown(request.caller().user().onlyDedicated()));
  }

  record SetDedicated(@Nullable Integer useOnlyDedicated) {}

  private void setDedicated(Request request) {
    @Nullable Integer wanted = request.body(SetDedicated.class).useOnlyDedicated();
    if (wanted == null || wanted < 0 || wanted > 1) {
      throw new ApiError(422, "use_only_dedicated 必须是 0 或 1", "use_only_dedicated must be 0 or 1.");
    }
    users.setOnlyDedicated(request.caller().user().id(), wanted == 1);
    request.json(shown(wanted == 1));
  }

  private static Dedicated shown(boolean only) {
    return new Dedicated(true, only ? "已启用仅使用专属账号" : "未启用仅使用专属账号", only ? 1 : 0);
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
    request.json(new Checked(exists, exists ? "用户名已存在" : "用户名可用", name));
  }
}
