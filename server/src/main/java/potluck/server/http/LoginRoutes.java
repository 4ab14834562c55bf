package potluck.server.http;

import io.helidon.http.HeaderNames;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.login.Identities;
import potluck.gateway.login.LoginFailed;
import potluck.gateway.login.LoginProvider;
import potluck.gateway.login.Logins;
import potluck.gateway.login.Who;

/**
 * {@code /api/auth/oidc}: logging in with an identity of another house, and its older addresses.
 */
final class LoginRoutes {
  private static final String COOKIE = "potluck-login";

  private final Logins logins;
  private final Identities identities;
  private final boolean mayMake;
  private final AuthRoutes auth;
  private final Audit audit;

  /**
   * @param mayMake whether somebody who comes for the first time becomes a user
   */
  LoginRoutes(Logins logins, Identities identities, boolean mayMake, AuthRoutes auth, Audit audit) {
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
    try {
      Logins.Begun begun = logins.begin(house(provider));
      // Only the browser that began can end it: a state that leaked is good for nobody else.
      request
          .out()
          .header(
              HeaderNames.SET_COOKIE,
              COOKIE
                  + "="
                  + begun.browser()
                  + "; Path=/api/auth; Max-Age=600; HttpOnly; SameSite=Lax"
                  + (request.secure() ? "; Secure" : ""));
      request.noStore();
      request.json(new Begun(begun.url(), begun.state()));
    } catch (LoginFailed e) {
      throw new ApiError(502, "无法连接身份提供方：" + e.getMessage(), String.valueOf(e.getMessage()));
    }
  }

  record Callback(@Nullable String code, @Nullable String state) {}

  private void posted(Request request, String provider) {
    Callback callback = request.body(Callback.class);
    finish(request, provider, callback.code(), callback.state());
  }

  private void returned(Request request) {
    finish(request, "linux_do", request.query("code"), request.query("state"));
  }

  private void finish(
      Request request, String provider, @Nullable String code, @Nullable String state) {
    if (code == null || state == null) {
      throw new ApiError(400, "需要 code 和 state", "Both code and state are needed.");
    }
    LoginProvider house = house(provider);
    Who who;
    try {
      who = logins.finish(house, code, state, request.cookie(COOKIE));
    } catch (LoginFailed e) {
      audit.record(
          null, "login.refused", house.id(), String.valueOf(e.getMessage()), request.address());
      throw new ApiError(400, "登录失败：" + e.getMessage(), String.valueOf(e.getMessage()));
    }
    User user =
        identities
            .user(house.id(), who, mayMake)
            .orElseThrow(() -> new ApiError(403, "不允许创建新用户", "New users are not let in this way."));
    if (!user.active()) {
      throw new ApiError(403, "用户账号已被禁用", "The user is disabled.");
    }
    audit.record(user.id(), "login.foreign", house.id(), "", request.address());
    auth.admit(request, user);
  }

  private LoginProvider house(String provider) {
    return logins.find(provider).orElseThrow(ApiError::notFound);
  }
}
