package potluck.server.api.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AddressRateLimiter;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Registration;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.login.ExternalIdentity;
import potluck.gateway.login.ExternalLogins;
import potluck.gateway.login.IdentityProvider;
import potluck.gateway.login.LinkedIdentities;
import potluck.gateway.login.LoginFailed;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.LocalizedText;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.StaticPage;

/** {@code /api/auth/oidc}: login with an identity provider, and AntiHub's older paths. */
final class ExternalLoginRoutes {
  private static final String COOKIE = "potluck-login-";
  private static final int MAX_STARTS_PER_MINUTE = 60;

  private final ExternalLogins logins;
  private final LinkedIdentities identities;
  private final boolean createUsers;
  private final Registration.Mode registration;
  private final Users users;
  private volatile boolean administratorExists;
  private final AuthRoutes auth;
  private final EntryPages pages;
  private final Audit audit;
  private final AddressRateLimiter startLimiter;

  /**
   * @param mayCreate whether a first login creates a user
   * @param registration who may register without an identity provider
   */
  ExternalLoginRoutes(
      ExternalLogins logins,
      LinkedIdentities identities,
      boolean mayCreate,
      Registration.Mode registration,
      Users users,
      AuthRoutes auth,
      EntryPages pages,
      Audit audit,
      InstantSource clock) {
    this.pages = pages;
    this.startLimiter = new AddressRateLimiter(MAX_STARTS_PER_MINUTE, Duration.ofMinutes(1), clock);
    this.logins = logins;
    this.identities = identities;
    this.createUsers = mayCreate;
    this.registration = registration;
    this.users = users;
    this.auth = auth;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/auth/oidc/providers", AccessPolicy.PUBLIC, this::providers),
        new HttpRoute(
            "GET",
            "/api/auth/oidc/{provider}/login",
            AccessPolicy.PUBLIC,
            request -> begin(request, request.value("provider"))),
        new HttpRoute(
            "POST",
            "/api/auth/oidc/{provider}/callback",
            AccessPolicy.PUBLIC,
            request -> postedCallback(request, request.value("provider"))),
        new HttpRoute(
            "POST", "/api/auth/oidc/callback", AccessPolicy.PUBLIC, this::postedByCallbackPage),
        pages.withCode("/auth/callback", "callback.html"),
        StaticPage.route("/auth/callback.js", "callback.js", "text/javascript; charset=utf-8"),
        // AntiHub's older paths.
        new HttpRoute(
            "GET",
            "/api/auth/sso/initiate",
            AccessPolicy.PUBLIC,
            request -> begin(request, "linux_do")),
        new HttpRoute(
            "GET", "/api/auth/sso/callback", AccessPolicy.PUBLIC, this::redirectedCallback),
        new HttpRoute(
            "GET",
            "/api/auth/github/login",
            AccessPolicy.PUBLIC,
            request -> begin(request, "github")),
        new HttpRoute(
            "POST",
            "/api/auth/github/callback",
            AccessPolicy.PUBLIC,
            request -> postedCallback(request, "github")));
  }

  record ProviderView(
      String id,
      String name,
      String type,
      boolean enabled,
      boolean supportsRefresh,
      String description) {}

  /**
   * The ways to log in.
   *
   * @param registration {@code open}, {@code invitation} or {@code closed}
   * @param setupNeeded whether there is no administrator yet
   */
  record ProviderList(List<ProviderView> providers, String registration, boolean setupNeeded) {}

  private void providers(Request request) {
    request.json(
        new ProviderList(
            logins.providers().stream()
                .map(
                    provider ->
                        new ProviderView(
                            provider.id(),
                            provider.name(),
                            provider.speaksOidc() ? "oidc" : "oauth2",
                            true,
                            false,
                            "Log in with " + provider.name()))
                .toList(),
            switch (registration) {
              case OPEN -> "open";
              case INVITE -> "invitation";
              case CLOSED -> "closed";
            },
            isSetupNeeded()));
  }

  /** Asks the database only until there is an administrator: the last one cannot be removed. */
  private boolean isSetupNeeded() {
    if (!administratorExists) {
      administratorExists = users.anyAdmin();
    }
    return !administratorExists;
  }

  record AuthorizationStart(String authorizationUrl, String state) {}

  private void begin(Request request, String provider) {
    begin(request, provider, null);
  }

  /**
   * Starts a login.
   *
   * @param user who wants to link the identity; null for a login
   */
  void begin(Request request, String provider, @Nullable Long user) {
    // Each started login is stored for ten minutes, so one address must not fill the table.
    startLimiter
        .retryAfter(request.address())
        .ifPresent(
            wait -> {
              throw new ApiError(429, MessageKey.TOO_MANY_LOGINS.text(), wait);
            });
    startLimiter.recordRefusal(request.address());
    IdentityProvider identityProvider = getProvider(provider);
    try {
      ExternalLogins.LoginStart begun = logins.start(identityProvider, user);
      // Only the browser that started the login can finish it, so a leaked state is useless. Each
      // login has its own cookie, so that two tabs can log in at the same time.
      request.addCookie(cookie(request, begun.state(), begun.browser(), 600));
      request.noStore();
      request.json(new AuthorizationStart(begun.url(), begun.state()));
    } catch (LoginFailed e) {
      throw toApiError(e);
    }
  }

  private static String cookie(Request request, String state, String value, int lifetime) {
    // A browser accepts __Host- only over TLS, without a domain and for the path /.
    return cookieName(request, state)
        + "="
        + value
        + (request.isHttps() ? "; Path=/; Secure" : "; Path=/api/auth")
        + "; Max-Age="
        + lifetime
        + "; HttpOnly; SameSite=Lax";
  }

  static String cookieName(Request request, String state) {
    String tail = UUID.nameUUIDFromBytes(state.getBytes(UTF_8)).toString().substring(24);
    return (request.isHttps() ? "__Host-" : "") + COOKIE + tail;
  }

  static ApiError toApiError(LoginFailed e) {
    LocalizedText text =
        MessageKey.LOGIN_FAILED.text(new LocalizedText(e.reason().chinese(), e.reason().english()));
    return e.reason().isUnavailable()
        ? new ApiError(503, text, Duration.ofSeconds(5))
        : new ApiError(400, text, null);
  }

  /**
   * The parameters of a redirect back.
   *
   * @param iss the issuer, if the provider sends it (RFC 9207)
   */
  record Callback(@Nullable String code, @Nullable String state, @Nullable String iss) {}

  private void postedCallback(Request request, String provider) {
    finish(request, getProvider(provider), request.body(Callback.class));
  }

  /** The callback page does not know the provider; the stored login does. */
  private void postedByCallbackPage(Request request) {
    Callback callback = request.body(Callback.class);
    IdentityProvider provider =
        logins
            .findByState(String.valueOf(callback.state()))
            .orElseThrow(() -> toApiError(new LoginFailed(LoginFailed.Reason.NOT_STARTED)));
    finish(request, provider, callback);
  }

  private void redirectedCallback(Request request) {
    finish(
        request,
        getProvider("linux_do"),
        new Callback(request.query("code"), request.query("state"), request.query("iss")));
  }

  private void finish(Request request, IdentityProvider provider, Callback callback) {
    @Nullable String code = callback.code();
    @Nullable String state = callback.state();
    if (code == null || state == null) {
      throw new ApiError(400, MessageKey.CODE_AND_STATE_REQUIRED);
    }
    ExternalIdentity identity;
    try {
      String browser = request.cookie(cookieName(request, state));
      identity = logins.finish(provider, code, state, browser, callback.iss(), null);
    } catch (LoginFailed e) {
      audit.record(null, "login.refused", provider.id(), e.reason().english(), request.address());
      throw toApiError(e);
    }
    User user =
        identities
            .findOrCreateUser(provider.id(), identity, createUsers)
            .orElseThrow(() -> new ApiError(403, MessageKey.LOGIN_CREATES_NO_USERS));
    if (!user.active()) {
      throw new ApiError(403, MessageKey.USER_DISABLED);
    }
    request.addCookie(cookie(request, state, "", 0));
    audit.record(user.id(), "login.foreign", provider.id(), "", request.address());
    auth.openSession(request, user);
  }

  private IdentityProvider getProvider(String provider) {
    return logins.find(provider).orElseThrow(ApiError::notFound);
  }
}
