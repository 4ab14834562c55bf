package potluck.server.api.account;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.grant.Consents;
import potluck.gateway.grant.GrantFailed;
import potluck.gateway.grant.Grants;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.NoCredential;
import potluck.server.http.ApiError;
import potluck.server.http.Page;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Text;

/** {@code /api/plugin-api/oauth}: accounts that people consent to at their provider. */
final class ConsentRoutes {
  private final Consents consents;
  private final Grants grants;
  private final Catalogue catalogue;
  private final Accounts table;
  private final AccountRoutes accounts;
  private final AccountBound bound;

  ConsentRoutes(
      Consents consents,
      Grants grants,
      Catalogue catalogue,
      Accounts table,
      AccountRoutes accounts,
      AccountBound bound) {
    this.bound = bound;
    this.consents = consents;
    this.grants = grants;
    this.catalogue = catalogue;
    this.table = table;
    this.accounts = accounts;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/plugin-api/oauth/authorize", Policy.USER, this::authorize),
        new Route("POST", "/api/plugin-api/oauth/callback", Policy.USER, this::pasted),
        Page.of("/api/plugin-api/oauth/callback", "consent.html", "text/html; charset=utf-8"),
        Page.of("/consent.js", "consent.js", "text/javascript; charset=utf-8"),
        new Route("POST", "/api/plugin-api/oauth/redirected", Policy.PUBLIC, this::redirected),
        new Route("POST", "/api/plugin-api/accounts/import", Policy.USER, this::brought),
        new Route(
            "POST", "/api/plugin-api/accounts/{cookie_id}/refresh", Policy.USER, this::refresh));
  }

  record Wanted(
      @Nullable String provider,
      @Nullable String name,
      @Nullable Integer isShared,
      @Nullable String refreshToken) {}

  record Asked(String authUrl, String state, long expiresIn) {}

  private void authorize(Request request) {
    Consents.Asked asked =
        consents
            .ask(wish(request, request.body(Wanted.class)))
            .orElseThrow(ConsentRoutes::noneSuch);
    request.json(
        new AccountRoutes.Data(
            true, new Asked(asked.url(), asked.state(), Consents.LIFE.toSeconds())));
  }

  private Consents.Wish wish(Request request, Wanted wanted) {
    bound.room(request.caller().user().id());
    List<String> possible = consents.providers();
    String provider =
        wanted.provider() == null && possible.size() == 1
            ? possible.getFirst()
            : String.valueOf(wanted.provider());
    boolean shared = wanted.isShared() != null && AccountForms.flag(wanted.isShared(), "is_shared");
    String name = wanted.name() == null ? provider : AccountForms.name(wanted.name());
    return new Consents.Wish(request.caller().user().id(), provider, name, shared);
  }

  private static ApiError noneSuch() {
    return new ApiError(
        400,
        "此 provider 不使用 OAuth 授权；运营者可在 PROVIDERS_FILE 中配置",
        "This provider asks for no consent; an operator can describe one in PROVIDERS_FILE.");
  }

  record Pasted(@Nullable String callbackUrl) {}

  private void pasted(Request request) {
    Map<String, String> query = query(request.body(Pasted.class).callbackUrl());
    Account account = given(query, request.caller().user().id());
    request.json(
        new AccountRoutes.Data(true, accounts.show(account, AccountRoutes.pluginId(request))));
  }

  record Redirected(@Nullable String code, @Nullable String state, @Nullable String error) {}

  record Made(boolean success, String name) {}

  /** The provider sent the browser here: the state says whose account it is. */
  private void redirected(Request request) {
    Redirected back = request.body(Redirected.class);
    Map<String, String> query = new HashMap<>();
    put(query, "code", back.code());
    put(query, "state", back.state());
    put(query, "error", back.error());
    request.json(new Made(true, given(query, 0).name()));
  }

  private static void put(Map<String, String> query, String name, @Nullable String value) {
    if (value != null) {
      query.put(name, value);
    }
  }

  private Account given(Map<String, String> query, long user) {
    @Nullable String code = query.get("code");
    @Nullable String state = query.get("state");
    if (query.containsKey("error")) {
      throw new ApiError(400, "供应商拒绝了授权", "The provider refused the consent.");
    }
    if (code == null || state == null) {
      throw new ApiError(
          400, "回调地址中缺少 code 或 state", "The callback's address needs a code and a state.");
    }
    try {
      return consents
          .given(code, state, user)
          .orElseThrow(
              () ->
                  new ApiError(
                      400,
                      "授权已过期、已使用或不属于您；请重新开始",
                      "This consent has expired, was used, or is not yours; begin again."));
    } catch (GrantFailed e) {
      throw failed(e);
    }
  }

  private static ApiError failed(GrantFailed e) {
    return e.over()
        ? new ApiError(
            400,
            "供应商不接受此授权（" + e.getMessage() + "），请重新授权",
            "The provider does not take this consent (" + e.getMessage() + "); give it anew.")
        : new ApiError(
            503,
            new Text(
                "供应商暂时没有给出令牌（" + e.getMessage() + "），请稍后再试",
                "The provider gives no token now (" + e.getMessage() + "); try again later."),
            java.time.Duration.ofSeconds(5));
  }

  private void brought(Request request) {
    Wanted wanted = request.body(Wanted.class);
    if (wanted.refreshToken() == null || wanted.refreshToken().isBlank()) {
      throw new ApiError(400, "需要 refresh_token", "refresh_token is needed.");
    }
    try {
      Account account =
          consents
              .brought(wish(request, wanted), wanted.refreshToken().strip())
              .orElseThrow(ConsentRoutes::noneSuch);
      request.json(
          new AccountRoutes.Data(true, accounts.show(account, AccountRoutes.pluginId(request))));
    } catch (GrantFailed e) {
      throw failed(e);
    }
  }

  private void refresh(Request request) {
    Account account = accounts.own(request);
    try {
      grants.renewed(account, catalogue.find(account.provider()).orElseThrow());
    } catch (NoCredential e) {
      throw new ApiError(502, "令牌刷新失败：" + e.getMessage(), "No token was got. " + e.getMessage());
    }
    table.reset(account.owner(), account.id().hex());
    Optional<Account> now = table.find(account.id());
    request.json(
        new AccountRoutes.Data(
            true, accounts.show(now.orElse(account), AccountRoutes.pluginId(request))));
  }

  /** What stands behind the question mark of an address that somebody copied. */
  private static Map<String, String> query(@Nullable String url) {
    Map<String, String> query = new HashMap<>();
    try {
      @Nullable String raw = url == null ? null : URI.create(url.strip()).getRawQuery();
      for (String pair : raw == null ? new String[0] : raw.split("&")) {
        String[] halves = pair.split("=", 2);
        query.put(
            halves[0],
            URLDecoder.decode(halves.length < 2 ? "" : halves[1], StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "callback_url 不是有效的地址", "callback_url is no address.");
    }
    return query;
  }
}
