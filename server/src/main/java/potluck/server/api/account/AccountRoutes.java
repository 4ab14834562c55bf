package potluck.server.api.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.account.StandingReason;
import potluck.gateway.grant.OAuthTokens;
import potluck.gateway.meter.ServedToday;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Grant;
import potluck.gateway.provider.Provider;
import potluck.gateway.quota.Quotas;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/plugin-api/accounts}: the accounts of a user. */
public final class AccountRoutes {
  private final Accounts accounts;
  private final Pool pool;
  private final Catalogue catalogue;
  private final AccountValidator validator;
  private final AccountLimitCheck limitCheck;
  private final ServedToday servedToday;
  private final Quotas quotas;

  AccountRoutes(
      Accounts accounts,
      Pool pool,
      Catalogue catalogue,
      AccountValidator forms,
      AccountLimitCheck bound,
      ServedToday servedToday,
      Quotas quotas) {
    this.quotas = quotas;
    this.servedToday = servedToday;
    this.limitCheck = bound;
    this.validator = forms;
    this.accounts = accounts;
    this.pool = pool;
    this.catalogue = catalogue;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("POST", "/api/plugin-api/accounts", AccessPolicy.USER, this::add),
        new HttpRoute("GET", "/api/plugin-api/accounts", AccessPolicy.USER, this::list),
        new HttpRoute("GET", "/api/plugin-api/accounts/{cookie_id}", AccessPolicy.USER, this::get),
        new HttpRoute(
            "PUT", "/api/plugin-api/accounts/{cookie_id}/status", AccessPolicy.USER, this::status),
        new HttpRoute(
            "PUT", "/api/plugin-api/accounts/{cookie_id}/type", AccessPolicy.USER, this::setShared),
        new HttpRoute(
            "PUT", "/api/plugin-api/accounts/{cookie_id}/name", AccessPolicy.USER, this::rename),
        new HttpRoute(
            "DELETE", "/api/plugin-api/accounts/{cookie_id}", AccessPolicy.USER, this::delete));
  }

  /** An account with AntiHub's fields first, then our own. Never its secret. */
  record AccountView(
      String cookieId,
      String userId,
      String name,
      int isShared,
      int status,
      boolean needRefresh,
      @Nullable String expiresAt,
      @JsonProperty("project_id_0") @Nullable String projectId0,
      boolean isRestricted,
      @Nullable Boolean paidTier,
      boolean ineligible,
      @Nullable String lastUsedAt,
      @Nullable String createdAt,
      @Nullable String updatedAt,
      String provider,
      String baseUrl,
      List<String> models,
      Map<String, String> modelMap,
      int priority,
      int weight,
      int maxConcurrency,
      double reserve,
      String standing,
      @Nullable String standingUntil,
      @Nullable String standingWhy,
      int running,
      long servedTodayOwn,
      @Nullable Long servedTodayOthers,
      boolean untried) {}

  AccountView show(Account account, String pluginId) {
    return show(
        account,
        pluginId,
        servedToday.untilNow(List.of(account.id().hex())),
        quotas.untried(List.of(account)));
  }

  /**
   * @param served what the owner's accounts served today
   * @param untried accounts that were never seen to serve
   */
  private AccountView show(
      Account account,
      String pluginId,
      Map<String, ServedToday.Served> served,
      Set<AccountId> untried) {
    Optional<Pool.State> state = pool.state(account.id());
    Standing standing = state.map(Pool.State::standing).orElse(account.standing());
    ServedToday.@Nullable Served today = served.get(account.id().hex());
    OptionalLong others = servedToday.lastHour(account.id().hex()).roundedOthers();
    boolean granted =
        catalogue.find(account.provider()).flatMap(Provider::grant).orElse(null)
            instanceof Grant.OAuth;
    @Nullable Instant expires = granted ? OAuthTokens.parse(account.secret()).expiresAt() : null;
    return new AccountView(
        account.id().hex(),
        pluginId,
        account.name(),
        account.shared() ? 1 : 0,
        status(account, standing),
        granted && standing instanceof Standing.Revoked,
        expires == null ? null : Long.toString(expires.toEpochMilli()),
        null,
        false,
        null,
        false,
        ApiJson.millis(account.lastUsedAt()),
        ApiJson.millis(account.createdAt()),
        ApiJson.millis(account.updatedAt()),
        account.provider(),
        account.baseUrl(),
        account.models(),
        account.modelMap(),
        account.priority(),
        account.weight(),
        account.maxConcurrency(),
        account.reserve(),
        standing.label(),
        ApiJson.seconds(StandingReason.until(standing).orElse(null)),
        StandingReason.code(standing).orElse(null),
        state.map(Pool.State::running).orElse(0),
        today == null ? 0 : today.own(),
        others.isEmpty() ? null : Long.valueOf(others.getAsLong()),
        untried.contains(account.id()));
  }

  /** AntiHub's status: 0 if the owner switched the account off or its provider revoked it. */
  public static int status(Account account, Standing standing) {
    return account.enabled() && !(standing instanceof Standing.Revoked) ? 1 : 0;
  }

  private void add(Request request) {
    AccountValidator.AccountFields add = request.body(AccountValidator.AccountFields.class);
    long owner = request.caller().user().id();
    limitCheck.checkRoom(owner);
    Account account = accounts.add(validator.newDraft(add, owner));
    request.json(Envelope.data(show(account, pluginId(request))));
  }

  private void list(Request request) {
    List<Account> own = accounts.findByOwner(request.caller().user().id());
    Map<String, ServedToday.Served> served =
        servedToday.untilNow(own.stream().map(account -> account.id().hex()).toList());
    Set<AccountId> untried = quotas.untried(own);
    request.json(
        Envelope.data(
            own.stream()
                .map(account -> show(account, pluginId(request), served, untried))
                .toList()));
  }

  private void get(Request request) {
    request.json(Envelope.data(show(getOwn(request), pluginId(request))));
  }

  record StatusRequest(@Nullable Integer status) {}

  private void status(Request request) {
    boolean on = AccountValidator.flag(request.body(StatusRequest.class).status(), "status");
    Account account = getOwn(request);
    if (on) {
      // Switching an account on also resets its standing.
      accounts.resetStanding(account.owner(), account.id().hex());
    }
    if (account.enabled() == on) {
      request.json(
          Envelope.message(
              request.localized(MessageKey.ACCOUNT_STATUS_UNCHANGED),
              Map.of("cookie_id", account.id().hex(), "status", on ? 1 : 0)));
      return;
    }
    accounts.set(account.owner(), account.id().hex(), Accounts.Column.ENABLED, on);
    request.json(
        Envelope.message(
            request.localized(MessageKey.ACCOUNT_STATUS_CHANGED),
            Map.of("cookie_id", account.id().hex(), "status", on ? 1 : 0)));
  }

  record TypeRequest(@Nullable Integer isShared) {}

  private void setShared(Request request) {
    boolean shared = AccountValidator.flag(request.body(TypeRequest.class).isShared(), "is_shared");
    Account account = getOwn(request);
    Map<String, Object> data = Map.of("cookie_id", account.id().hex(), "is_shared", shared ? 1 : 0);
    if (account.shared() == shared) {
      request.json(Envelope.message(request.localized(MessageKey.ACCOUNT_TYPE_UNCHANGED), data));
      return;
    }
    accounts.set(account.owner(), account.id().hex(), Accounts.Column.SHARED, shared);
    request.json(Envelope.message(request.localized(MessageKey.ACCOUNT_TYPE_CHANGED), data));
  }

  record NameRequest(@Nullable String name) {}

  private void rename(Request request) {
    @Nullable String name = request.body(NameRequest.class).name();
    Account account = getOwn(request);
    accounts.set(
        account.owner(), account.id().hex(), Accounts.Column.NAME, AccountValidator.name(name));
    request.json(Envelope.data(show(getOwn(request), pluginId(request))));
  }

  private void delete(Request request) {
    if (!accounts.remove(request.caller().user().id(), request.value("cookie_id"))) {
      throw notFound();
    }
    request.json(Envelope.message(request.localized(MessageKey.ACCOUNT_DELETED), null));
  }

  Account getOwn(Request request) {
    return accounts
        .find(request.caller().user().id(), request.value("cookie_id"))
        .orElseThrow(AccountRoutes::notFound);
  }

  static ApiError notFound() {
    return new ApiError(404, MessageKey.ACCOUNT_NOT_FOUND);
  }

  static String pluginId(Request request) {
    return request.caller().user().pluginId().toString();
  }
}
