package potluck.server.api.account;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.grant.ConsentFlow;
import potluck.gateway.grant.GrantFailed;
import potluck.gateway.grant.Grants;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.NoCredential;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.StaticPage;

/** {@code /api/plugin-api/oauth}: accounts by consent at their provider. */
final class ConsentRoutes {
  private final ConsentFlow consents;
  private final Grants grants;
  private final Catalogue catalogue;
  private final Accounts accounts;
  private final AccountRoutes accountRoutes;
  private final AccountLimitCheck limitCheck;

  ConsentRoutes(
      ConsentFlow consents,
      Grants grants,
      Catalogue catalogue,
      Accounts table,
      AccountRoutes accounts,
      AccountLimitCheck bound) {
    this.limitCheck = bound;
    this.consents = consents;
    this.grants = grants;
    this.catalogue = catalogue;
    this.accounts = table;
    this.accountRoutes = accounts;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute(
            "POST", "/api/plugin-api/oauth/authorize", AccessPolicy.USER, this::authorize),
        new HttpRoute(
            "POST", "/api/plugin-api/oauth/callback", AccessPolicy.USER, this::pastedCallback),
        StaticPage.route(
            "/api/plugin-api/oauth/callback", "consent.html", "text/html; charset=utf-8"),
        StaticPage.route("/consent.js", "consent.js", "text/javascript; charset=utf-8"),
        new HttpRoute(
            "POST", "/api/plugin-api/oauth/redirected", AccessPolicy.PUBLIC, this::browserCallback),
        new HttpRoute(
            "POST", "/api/plugin-api/accounts/import", AccessPolicy.USER, this::importRefreshToken),
        new HttpRoute(
            "POST",
            "/api/plugin-api/accounts/{cookie_id}/refresh",
            AccessPolicy.USER,
            this::refresh));
  }

  record ConsentRequest(
      @Nullable String provider,
      @Nullable String name,
      @Nullable Integer isShared,
      @Nullable String refreshToken) {}

  record AuthorizeResponse(String authUrl, String state, long expiresIn) {}

  private void authorize(Request request) {
    ConsentFlow.ConsentStart asked =
        consents
            .start(draft(request, request.body(ConsentRequest.class)))
            .orElseThrow(ConsentRoutes::noSuchProvider);
    request.json(
        Envelope.data(
            new AuthorizeResponse(asked.url(), asked.state(), ConsentFlow.LIFETIME.toSeconds())));
  }

  private ConsentFlow.ConsentRequest draft(Request request, ConsentRequest wanted) {
    limitCheck.checkRoom(request.caller().user().id());
    List<String> possible = consents.providers();
    String provider =
        wanted.provider() == null && possible.size() == 1
            ? possible.getFirst()
            : String.valueOf(wanted.provider());
    boolean shared =
        wanted.isShared() != null && AccountValidator.flag(wanted.isShared(), "is_shared");
    String name = wanted.name() == null ? provider : AccountValidator.name(wanted.name());
    return new ConsentFlow.ConsentRequest(request.caller().user().id(), provider, name, shared);
  }

  private static ApiError noSuchProvider() {
    return new ApiError(400, MessageKey.PROVIDER_WITHOUT_CONSENT);
  }

  record PastedCallback(@Nullable String callbackUrl) {}

  private void pastedCallback(Request request) {
    Map<String, String> query = parseQuery(request.body(PastedCallback.class).callbackUrl());
    Account account = complete(query, request.caller().user().id());
    request.json(Envelope.data(accountRoutes.show(account, AccountRoutes.pluginId(request))));
  }

  record BrowserCallback(@Nullable String code, @Nullable String state, @Nullable String error) {}

  record CreatedAccount(boolean success, String name) {}

  /** The provider redirected the browser here; the state identifies the user. */
  private void browserCallback(Request request) {
    BrowserCallback back = request.body(BrowserCallback.class);
    Map<String, String> query = new HashMap<>();
    put(query, "code", back.code());
    put(query, "state", back.state());
    put(query, "error", back.error());
    request.json(new CreatedAccount(true, complete(query, 0).name()));
  }

  private static void put(Map<String, String> query, String name, @Nullable String value) {
    if (value != null) {
      query.put(name, value);
    }
  }

  private Account complete(Map<String, String> query, long user) {
    @Nullable String code = query.get("code");
    @Nullable String state = query.get("state");
    if (query.containsKey("error")) {
      throw new ApiError(400, MessageKey.CONSENT_REFUSED);
    }
    if (code == null || state == null) {
      throw new ApiError(400, MessageKey.CALLBACK_URL_WITHOUT_CODE);
    }
    try {
      return consents
          .finish(code, state, user)
          .orElseThrow(() -> new ApiError(400, MessageKey.CONSENT_EXPIRED));
    } catch (GrantFailed e) {
      throw toApiError(e);
    }
  }

  private static ApiError toApiError(GrantFailed e) {
    return e.needsConsent()
        ? new ApiError(400, MessageKey.CONSENT_NOT_ACCEPTED, e.getMessage())
        : new ApiError(
            503,
            MessageKey.PROVIDER_UNAVAILABLE_FOR_TOKEN.text(e.getMessage()),
            Duration.ofSeconds(5));
  }

  private void importRefreshToken(Request request) {
    ConsentRequest wanted = request.body(ConsentRequest.class);
    if (wanted.refreshToken() == null || wanted.refreshToken().isBlank()) {
      throw new ApiError(400, MessageKey.REFRESH_TOKEN_REQUIRED);
    }
    try {
      Account account =
          consents
              .createFromRefreshToken(draft(request, wanted), wanted.refreshToken().strip())
              .orElseThrow(ConsentRoutes::noSuchProvider);
      request.json(Envelope.data(accountRoutes.show(account, AccountRoutes.pluginId(request))));
    } catch (GrantFailed e) {
      throw toApiError(e);
    }
  }

  private void refresh(Request request) {
    Account account = accountRoutes.getOwn(request);
    try {
      grants.renew(account, catalogue.find(account.provider()).orElseThrow());
    } catch (NoCredential e) {
      throw new ApiError(502, MessageKey.TOKEN_REFRESH_FAILED, e.getMessage());
    }
    accounts.resetStanding(account.owner(), account.id().hex());
    Optional<Account> now = accounts.find(account.id());
    request.json(
        Envelope.data(accountRoutes.show(now.orElse(account), AccountRoutes.pluginId(request))));
  }

  /** The query of a callback address that a user pasted. */
  private static Map<String, String> parseQuery(@Nullable String url) {
    Map<String, String> query = new HashMap<>();
    try {
      @Nullable String raw = url == null ? null : URI.create(url.strip()).getRawQuery();
      for (String pair : raw == null ? new String[0] : raw.split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(
            parts[0], URLDecoder.decode(parts.length < 2 ? "" : parts[1], StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, MessageKey.INVALID_CALLBACK_URL);
    }
    return query;
  }
}
