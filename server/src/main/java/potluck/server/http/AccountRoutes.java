package potluck.server.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Standing;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.AllowedHosts;

/** {@code /api/plugin-api/accounts}: the accounts that a user has brought. */
final class AccountRoutes {
  private final Accounts accounts;
  private final Pool pool;
  private final Catalogue catalogue;
  private final AllowedHosts allowed;

  AccountRoutes(Accounts accounts, Pool pool, Catalogue catalogue, AllowedHosts allowed) {
    this.allowed = allowed;
    this.accounts = accounts;
    this.pool = pool;
    this.catalogue = catalogue;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/plugin-api/accounts", Policy.USER, this::add),
        new Route("GET", "/api/plugin-api/accounts", Policy.USER, this::list),
        new Route("GET", "/api/plugin-api/accounts/{cookie_id}", Policy.USER, this::get),
        new Route("PUT", "/api/plugin-api/accounts/{cookie_id}/status", Policy.USER, this::status),
        new Route("PUT", "/api/plugin-api/accounts/{cookie_id}/type", Policy.USER, this::type),
        new Route("PUT", "/api/plugin-api/accounts/{cookie_id}/name", Policy.USER, this::name),
        new Route("DELETE", "/api/plugin-api/accounts/{cookie_id}", Policy.USER, this::delete));
  }

  record Add(
      @Nullable String provider,
      @Nullable String name,
      @Nullable String baseUrl,
      @Nullable String apiKey,
      @Nullable List<String> models,
      @Nullable Map<String, String> modelMap,
      @Nullable Integer isShared,
      @Nullable Integer priority,
      @Nullable Integer weight,
      @Nullable Integer maxConcurrency,
      @Nullable Double reserve) {}

  /** An account as the origin lists it, and beside it what is new in ours. Never its secret. */
  record Shown(
      String cookieId,
      String userId,
      String name,
      int isShared,
      int status,
      boolean needRefresh,
      @Nullable String expiresAt,
      @Nullable String projectId0,
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
      String standing) {}

  record Data(boolean success, Object data) {}

  record Message(boolean success, String message, @Nullable Object data) {}

  private Shown show(Account account, String pluginId) {
    Standing standing = pool.standing(account.id()).orElse(account.standing());
    return new Shown(
        account.id().hex(),
        pluginId,
        account.name(),
        account.shared() ? 1 : 0,
        account.enabled() && !(standing instanceof Standing.Revoked) ? 1 : 0,
        false,
        null,
        null,
        false,
        null,
        false,
        Json.millis(account.lastUsedAt()),
        Json.millis(account.createdAt()),
        Json.millis(account.updatedAt()),
        account.provider(),
        account.baseUrl(),
        account.models(),
        account.modelMap(),
        account.priority(),
        account.weight(),
        account.maxConcurrency(),
        account.reserve(),
        standing.word());
  }

  private void add(Request request) {
    Add add = request.body(Add.class);
    Provider provider =
        catalogue
            .find(add.provider() == null ? "" : add.provider())
            .orElseThrow(
                () ->
                    new ApiError(
                        400,
                        "未知的 provider，可用：" + String.join(", ", catalogue.names()),
                        "Unknown provider; there are: "
                            + String.join(", ", catalogue.names())
                            + "."));
    if (add.apiKey() == null || add.apiKey().isBlank()) {
      throw new ApiError(400, "需要 api_key", "api_key is needed: the account's credential.");
    }
    List<String> models = add.models() == null ? provider.models() : add.models();
    Map<String, String> map = add.modelMap() == null ? Map.of() : add.modelMap();
    if (models.isEmpty() && map.isEmpty()) {
      throw new ApiError(
          400,
          "需要 models：此账号提供的模型名称列表",
          "models is needed: the names of the models that this account serves.");
    }
    Account account =
        accounts.add(
            new Accounts.Draft(
                request.caller().user().id(),
                provider.name(),
                add.name() == null || add.name().isBlank() ? provider.name() : name(add.name()),
                BaseUrl.of(add.baseUrl(), provider, allowed),
                new Secret(add.apiKey().strip()),
                models,
                map,
                shared(add.isShared()),
                or(add.priority(), 0, -1000, 1000, "priority"),
                or(add.weight(), 1, 1, 1000, "weight"),
                or(add.maxConcurrency(), 0, 0, 100_000, "max_concurrency"),
                reserve(add.reserve())));
    request.json(new Data(true, show(account, pluginId(request))));
  }

  private void list(Request request) {
    request.json(
        new Data(
            true,
            accounts.of(request.caller().user().id()).stream()
                .map(account -> show(account, pluginId(request)))
                .toList()));
  }

  private void get(Request request) {
    request.json(new Data(true, show(own(request), pluginId(request))));
  }

  record Status(@Nullable Integer status) {}

  private void status(Request request) {
    boolean on = flag(request.body(Status.class).status(), "status");
    Account account = own(request);
    if (on) {
      // Whoever switches it on says that it is well, whatever was held against it.
      accounts.reset(account.owner(), account.id().hex());
    }
    if (account.enabled() == on) {
      request.json(
          new Message(
              true, "账号状态未变化", Map.of("cookie_id", account.id().hex(), "status", on ? 1 : 0)));
      return;
    }
    accounts.set(account.owner(), account.id().hex(), Accounts.Column.ENABLED, on);
    request.json(
        new Message(
            true, "账号状态已更新", Map.of("cookie_id", account.id().hex(), "status", on ? 1 : 0)));
  }

  record Type(@Nullable Integer isShared) {}

  private void type(Request request) {
    boolean shared = flag(request.body(Type.class).isShared(), "is_shared");
    Account account = own(request);
    Map<String, Object> data = Map.of("cookie_id", account.id().hex(), "is_shared", shared ? 1 : 0);
    if (account.shared() == shared) {
      request.json(new Message(true, "账号类型未变化", data));
      return;
    }
    accounts.set(account.owner(), account.id().hex(), Accounts.Column.SHARED, shared);
    request.json(new Message(true, "账号类型已更新", data));
  }

  record Name(@Nullable String name) {}

  private void name(Request request) {
    @Nullable String name = request.body(Name.class).name();
    Account account = own(request);
    accounts.set(account.owner(), account.id().hex(), Accounts.Column.NAME, name(name));
    request.json(new Data(true, show(own(request), pluginId(request))));
  }

  private void delete(Request request) {
    if (!accounts.remove(request.caller().user().id(), request.value("cookie_id"))) {
      throw missing();
    }
    request.json(new Message(true, "账号已删除", null));
  }

  private Account own(Request request) {
    return accounts
        .find(request.caller().user().id(), request.value("cookie_id"))
        .orElseThrow(AccountRoutes::missing);
  }

  private static ApiError missing() {
    return new ApiError(404, "账号不存在", "There is no such account, or it is not yours.");
  }

  private static String pluginId(Request request) {
    return request.caller().user().pluginId().toString();
  }

  private static String name(@Nullable String name) {
    if (name == null || name.isBlank() || name.length() > 100) {
      throw new ApiError(400, "名称需要 1 到 100 个字符", "A name has 1 to 100 characters.");
    }
    return name.strip();
  }

  private static boolean shared(@Nullable Integer isShared) {
    return isShared != null && flag(isShared, "is_shared");
  }

  private static boolean flag(@Nullable Integer value, String name) {
    if (value == null || (value != 0 && value != 1)) {
      throw new ApiError(400, name + "必须是0或1", name + " must be 0 or 1.");
    }
    return value == 1;
  }

  private static int or(@Nullable Integer value, int otherwise, int least, int most, String name) {
    if (value == null) {
      return otherwise;
    }
    if (value < least || value > most) {
      throw new ApiError(
          400,
          name + " 必须在 " + least + " 到 " + most + " 之间",
          name + " must be from " + least + " to " + most + ".");
    }
    return value;
  }

  private static double reserve(@Nullable Double reserve) {
    if (reserve == null) {
      return 0;
    }
    if (!(reserve >= 0 && reserve <= 1)) {
      throw new ApiError(400, "reserve 必须在 0 到 1 之间", "reserve must be from 0 to 1.");
    }
    return reserve;
  }
}
