package potluck.server.api.identity;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.SessionQueries;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.PoolBackend;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.LocalizedText;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/auth}: login and the current user. */
public final class AuthRoutes {
  private static final LocalizedText WRONG_CREDENTIALS = MessageKey.WRONG_CREDENTIALS.text();

  private final Users users;
  private final PasswordHasher passwords;
  private final Sessions sessions;
  private final SessionQueries devices;
  private final LoginRateLimiter rateLimiter;
  private final Audit audit;
  private final PoolBackend plugin;
  private final SessionCookie cookie;

  AuthRoutes(
      Users users,
      PasswordHasher passwords,
      Sessions sessions,
      SessionQueries devices,
      LoginRateLimiter rateLimiter,
      Audit audit,
      PoolBackend plugin,
      SessionCookie cookie) {
    this.cookie = cookie;
    this.plugin = plugin;
    this.audit = audit;
    this.devices = devices;
    this.rateLimiter = rateLimiter;
    this.users = users;
    this.passwords = passwords;
    this.sessions = sessions;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("POST", "/api/auth/login", AccessPolicy.PUBLIC, this::login),
        new HttpRoute(
            "GET",
            "/api/auth/me",
            AccessPolicy.USER,
            request -> request.json(UserView.of(request.caller().user()))));
  }

  record LoginRequest(@Nullable String username, @Nullable String password) {}

  /** A user with AntiHub's fields and the auditor flag. */
  record UserView(
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
    static UserView of(User user) {
      return new UserView(
          user.id(),
          user.username(),
          user.avatarUrl(),
          user.trustLevel(),
          user.active(),
          user.silenced(),
          user.auditor(),
          user.beta(),
          ApiJson.micros(user.createdAt()),
          ApiJson.micros(user.lastLoginAt()));
    }
  }

  /**
   * The tokens of a new session.
   *
   * @param refreshToken null, and left out, if it is in the cookie
   */
  record LoginResponse(
      String accessToken,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String refreshToken,
      String tokenType,
      long expiresIn,
      UserView user) {}

  private void login(Request request) {
    LoginRequest login = request.body(LoginRequest.class);
    if (login.username() == null || login.password() == null) {
      throw new ApiError(422, MessageKey.USERNAME_PASSWORD_REQUIRED);
    }
    @Nullable String header = request.header("user-agent");
    String agent = header == null ? "" : header;
    String name = login.username();
    BooleanSupplier known = () -> devices.isKnownDevice(name, agent, request.address());
    rateLimiter.check(name, request.address(), known);
    rateLimiter.countAttempt(name, request.address());
    Optional<User> user = users.find(name);
    @Nullable String hash = user.map(User::passwordHash).orElse(null);
    if (!passwords.matches(login.password(), hash, known) || user.isEmpty()) {
      audit.record(user.map(User::id).orElse(null), "login.failed", "", "", request.address());
      throw new ApiError(401, WRONG_CREDENTIALS, null);
    }
    if (!user.get().active()) {
      throw new ApiError(403, MessageKey.USER_DISABLED);
    }
    if (hash != null && PasswordHasher.needsRehash(hash)) {
      users.setPassword(user.get().id(), passwords.hash(login.password()));
    }
    rateLimiter.loginSucceeded(name, request.address());
    openSession(request, user.get());
  }

  /** Opens a session for an authenticated user. */
  void openSession(Request request, User user) {
    @Nullable String agent = request.header("user-agent");
    users.recordLogin(user.id());
    plugin.onLogin(user);
    Sessions.TokenPair pair = sessions.create(user, agent == null ? "" : agent, request.address());
    request.noStore();
    request.json(
        new LoginResponse(
            pair.accessToken(),
            cookie.deliver(request, pair.refreshToken()),
            "bearer",
            pair.expiresInSeconds(),
            UserView.of(users.find(user.id()).orElseThrow())));
  }
}
