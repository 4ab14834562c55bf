package potluck.server.api.identity;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.Plugin;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Text;

/** {@code /api/auth}: logging in, and who one is. */
public final class AuthRoutes {
  private static final Text WRONG = new Text("用户名或密码错误", "The user name or the password is wrong.");

  private final Users users;
  private final Passwords passwords;
  private final Sessions sessions;
  private final Devices devices;
  private final LoginGuard guard;
  private final Audit audit;
  private final Plugin plugin;

  AuthRoutes(
      Users users,
      Passwords passwords,
      Sessions sessions,
      Devices devices,
      LoginGuard guard,
      Audit audit,
      Plugin plugin) {
    this.plugin = plugin;
    this.audit = audit;
    this.devices = devices;
    this.guard = guard;
    this.users = users;
    this.passwords = passwords;
    this.sessions = sessions;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/auth/login", Policy.PUBLIC, this::login),
        new Route(
            "GET",
            "/api/auth/me",
            Policy.USER,
            request -> request.json(Me.of(request.caller().user()))));
  }

  record Login(@Nullable String username, @Nullable String password) {}

  /** A user, as the origin shows one, and whether it is an auditor. */
  record Me(
      long id,
      String username,
      @Nullable String avatarUrl,
      int trustLevel,
      boolean isActive,
      boolean isSilenced,
      boolean isAuditor,
      int beta,
      @Nullable String createdAt,
      @Nullable String lastLoginAt) {
    static Me of(User user) {
      return new Me(
          user.id(),
          user.username(),
          user.avatarUrl(),
          user.trustLevel(),
          user.active(),
          user.silenced(),
          user.auditor(),
          user.beta(),
          Json.micros(user.createdAt()),
          Json.micros(user.lastLoginAt()));
    }
  }

  record LoggedIn(
      String accessToken, String refreshToken, String tokenType, long expiresIn, Me user) {}

  /** That it is done. */
  public record Done(String message, boolean success) {}

  private void login(Request request) {
    Login login = request.body(Login.class);
    if (login.username() == null || login.password() == null) {
      throw new ApiError(422, "需要 username 和 password", "Both username and password are needed.");
    }
    @Nullable String header = request.header("user-agent");
    String agent = header == null ? "" : header;
    String name = login.username();
    BooleanSupplier known = () -> devices.known(name, agent, request.address());
    guard.admit(name, request.address(), known);
    guard.trying(name, request.address());
    Optional<User> user = users.find(name);
    @Nullable String hash = user.map(User::passwordHash).orElse(null);
    if (!passwords.matches(login.password(), hash, known) || user.isEmpty()) {
      audit.record(user.map(User::id).orElse(null), "login.failed", "", "", request.address());
      throw new ApiError(401, WRONG, null);
    }
    if (!user.get().active()) {
      throw new ApiError(403, "用户账号已被禁用", "The user is disabled.");
    }
    if (hash != null && Passwords.stale(hash)) {
      users.setPassword(user.get().id(), passwords.hash(login.password()));
    }
    guard.succeeded(name, request.address());
    admit(request, user.get());
  }

  /** Opens a session for somebody who has been proven to be this user. */
  void admit(Request request, User user) {
    @Nullable String agent = request.header("user-agent");
    users.loggedIn(user.id());
    plugin.welcome(user);
    Sessions.Pair pair = sessions.open(user, agent == null ? "" : agent, request.address());
    request.noStore();
    request.json(
        new LoggedIn(
            pair.access(),
            pair.refresh(),
            "bearer",
            pair.expiresIn(),
            Me.of(users.find(user.id()).orElseThrow())));
  }
}
