package potluck.server.api.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Refusals;
import potluck.gateway.identity.User;
import potluck.gateway.login.Identities;
import potluck.gateway.login.LoginFailed;
import potluck.gateway.login.LoginProvider;
import potluck.gateway.login.Logins;
import potluck.gateway.login.Who;
import potluck.server.http.ApiError;
import potluck.server.http.Page;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Text;

/**
 * {@code /api/auth/oidc}: logging in with an identity of another house, and its older addresses.
 */
final class LoginRoutes {
  private static final String COOKIE = "potluck-login-";
  private static final int BEGUN_A_MINUTE = 60;

  private final Logins logins;
  private final Identities identities;
  private final boolean mayMake;
  private final AuthRoutes auth;
  private final Audit audit;
  private final Refusals begun;

  /**
   * @param mayMake whether somebody who comes for the first time becomes a user
   */
  LoginRoutes(
      Logins logins,
      Identities identities,
      boolean mayMake,
      AuthRoutes auth,
      Audit audit,
      InstantSource clock) {
    this.begun = new Refusals(BEGUN_A_MINUTE, Duration.ofMinutes(1), clock);
    this.logins = logins;
    this.identities = identities;
    this.mayMake = mayMake;
    this.auth = auth;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/auth/oidc/providers", Policy.PUBLIC, this::providers),
        new Route(
            "GET",
            "/api/auth/oidc/{provider}/login",
            Policy.PUBLIC,
            request -> begin(request, request.value("provider"))),
        new Route(
            "POST",
            "/api/auth/oidc/{provider}/callback",
            Policy.PUBLIC,
            request -> posted(request, request.value("provider"))),
        new Route("POST", "/api/auth/oidc/callback", Policy.PUBLIC, this::postedByThePage),
        Page.of("/auth/callback", "callback.html", "text/html; charset=utf-8"),
        Page.of("/auth/callback.js", "callback.js", "text/javascript; charset=utf-8"),
        // The origin's older addresses.
        new Route(
            "GET", "/api/auth/sso/initiate", Policy.PUBLIC, request -> begin(request, "linux_do")),
        new Route("GET", "/api/auth/sso/callback", Policy.PUBLIC, this::returned),
        new Route(
            "GET", "/api/auth/github/login", Policy.PUBLIC, request -> begin(request, "github")),
        new Route(
            "POST",
            "/api/auth/github/callback",
            Policy.PUBLIC,
            request -> posted(request, "github")));
  }

  record Provider(
      String id,
      String name,
      String type,
      boolean enabled,
      boolean supportsRefresh,
      String description) {}

  record Providers(List<Provider> providers) {}

  private void providers(Request request) {
    request.json(
        new Providers(
            logins.houses().stream()
                .map(
                    house ->
                        new Provider(
                            house.id(),
                            house.name(),
                            house.speaksOidc() ? "oidc" : "oauth2",
                            true,
                            false,
                            "Log in with " + house.name()))
                .toList()));
  }

  record Begun(String authorizationUrl, String state) {}

  private void begin(Request request, String provider) {
    begin(request, provider, null);
  }

  /**
   * @param user who wants to link it; null where somebody logs in
   */
  void begin(Request request, String provider, @Nullable Long user) {
    // Each beginning is kept for ten minutes: nobody may fill the table.
    begun
        .wait(request.address())
        .ifPresent(
            wait -> {
              throw new ApiError(
                  429,
                  new Text("登录请求过多，请稍后再试", "Too many logins were begun; try again later."),
                  wait);
            });
    begun.add(request.address());
    LoginProvider house = house(provider);
    try {
      Logins.Begun begun = logins.begin(house, user);
      // Only the browser that began can end it: a state that leaked is good for nobody else. A
      // cookie of each login's own, so that two tabs can log in side by side.
      request.answerHeader("set-cookie", cookie(request, begun.state(), begun.browser(), 600));
      request.noStore();
      request.json(new Begun(begun.url(), begun.state()));
    } catch (LoginFailed e) {
      throw failed(e);
    }
  }

  private static String cookie(Request request, String state, String value, int life) {
    // A browser takes __Host- only over TLS, without a domain and for the whole site.
    return cookieName(request, state)
        + "="
        + value
        + (request.secure() ? "; Path=/; Secure" : "; Path=/api/auth")
        + "; Max-Age="
        + life
        + "; HttpOnly; SameSite=Lax";
  }

  static String cookieName(Request request, String state) {
    String tail = UUID.nameUUIDFromBytes(state.getBytes(UTF_8)).toString().substring(24);
    return (request.secure() ? "__Host-" : "") + COOKIE + tail;
  }

  static ApiError failed(LoginFailed e) {
    Text text = new Text("登录失败：" + e.why().zh(), e.why().en());
    return e.why().unavailable()
        ? new ApiError(503, text, Duration.ofSeconds(5))
        : new ApiError(400, text, null);
  }

  /**
   * @param iss who sent the browser back, where they say so (RFC 9207)
   */
  record Callback(@Nullable String code, @Nullable String state, @Nullable String iss) {}

  private void posted(Request request, String provider) {
    finish(request, house(provider), request.body(Callback.class));
  }

  /** The house's own page knows no provider: the login that was begun does. */
  private void postedByThePage(Request request) {
    Callback callback = request.body(Callback.class);
    LoginProvider house =
        logins
            .begunWith(String.valueOf(callback.state()))
            .orElseThrow(() -> failed(new LoginFailed(LoginFailed.Why.NOT_BEGUN)));
    finish(request, house, callback);
  }

  private void returned(Request request) {
    finish(
        request,
        house("linux_do"),
        new Callback(request.query("code"), request.query("state"), request.query("iss")));
  }

  private void finish(Request request, LoginProvider house, Callback callback) {
    @Nullable String code = callback.code();
    @Nullable String state = callback.state();
    if (code == null || state == null) {
      throw new ApiError(400, "需要 code 和 state", "Both code and state are needed.");
    }
    Who who;
    try {
      String browser = request.cookie(cookieName(request, state));
      who = logins.finish(house, code, state, browser, callback.iss(), null);
    } catch (LoginFailed e) {
      audit.record(null, "login.refused", house.id(), e.why().en(), request.address());
      throw failed(e);
    }
    User user =
        identities
            .user(house.id(), who, mayMake)
            .orElseThrow(() -> new ApiError(403, "不允许创建新用户", "New users are not let in this way."));
    if (!user.active()) {
      throw new ApiError(403, "用户账号已被禁用", "The user is disabled.");
    }
    request.answerHeader("set-cookie", cookie(request, state, "", 0));
    audit.record(user.id(), "login.foreign", house.id(), "", request.address());
    auth.admit(request, user);
  }

  private LoginProvider house(String provider) {
    return logins.find(provider).orElseThrow(ApiError::notFound);
  }
}
