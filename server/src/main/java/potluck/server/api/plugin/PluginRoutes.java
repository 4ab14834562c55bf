package potluck.server.api.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.pool.Pool;
import potluck.server.api.account.AccountRoutes;
import potluck.server.api.usage.QuotaAmounts;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** AntiHub's Plug-in API: the user and the quotas of accounts. See docs/guides/plugin-api.md. */
final class PluginRoutes {
  private static final long FULL_MICROS = 1_000_000;
  private static final BigDecimal DEFAULT_THRESHOLD = new BigDecimal("0.1");

  private final Users users;
  private final Accounts accounts;
  private final Pool pool;
  private final InstantSource clock;

  PluginRoutes(Users users, Accounts accounts, Pool pool, InstantSource clock) {
    this.users = users;
    this.accounts = accounts;
    this.pool = pool;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/plugin-api/key", AccessPolicy.USER, this::key),
        new HttpRoute("GET", "/api/plugin-api/preference", AccessPolicy.USER, this::preference),
        new HttpRoute("PUT", "/api/plugin-api/preference", AccessPolicy.USER, this::setPreference),
        new HttpRoute(
            "GET", "/api/plugin-api/accounts/{cookie_id}/quotas", AccessPolicy.USER, this::quotas),
        new HttpRoute("GET", "/api/usage/accounts", AccessPolicy.USER, this::accountsWithQuotas));
  }

  record PluginKeyView(
      long id,
      long userId,
      String pluginUserId,
      boolean isActive,
      @Nullable String createdAt,
      @Nullable String updatedAt,
      @Nullable String lastUsedAt) {}

  private void key(Request request) {
    User user = request.caller().user();
    String created = ApiJson.micros(user.createdAt());
    request.json(
        new PluginKeyView(
            user.id(),
            user.id(),
            user.pluginId().toString(),
            user.active(),
            created,
            created,
            ApiJson.micros(user.lastLoginAt())));
  }

  record PreferenceView(
      String userId,
      String name,
      int preferShared,
      int status,
      @Nullable String createdAt,
      @Nullable String updatedAt) {}

  private void preference(Request request) {
    User user = request.caller().user();
    request.json(Envelope.data(toView(user, user.preferShared())));
  }

  private static PreferenceView toView(User user, boolean preferShared) {
    return new PreferenceView(
        user.pluginId().toString(),
        user.username(),
        preferShared ? 1 : 0,
        user.active() ? 1 : 0,
        ApiJson.millis(user.createdAt()),
        ApiJson.millis(user.createdAt()));
  }

  record PreferenceRequest(@Nullable Integer preferShared) {}

  private void setPreference(Request request) {
    @Nullable Integer wanted = request.body(PreferenceRequest.class).preferShared();
    if (wanted == null || wanted < 0 || wanted > 1) {
      throw new ApiError(400, MessageKey.INVALID_PREFER_SHARED);
    }
    User user = request.caller().user();
    users.setPreferShared(user.id(), wanted == 1);
    request.json(
        Envelope.message(
            request.localized(MessageKey.PREFERENCE_CHANGED), toView(user, wanted == 1)));
  }

  record QuotaView(
      String quotaId,
      String cookieId,
      String modelName,
      @Nullable String resetTime,
      String quota,
      int status,
      @Nullable String lastFetchedAt,
      @Nullable String createdAt) {}

  private void quotas(Request request) {
    Account account =
        accounts
            .find(request.caller().user().id(), request.value("cookie_id"))
            .orElseThrow(() -> new ApiError(404, MessageKey.PLUGIN_ACCOUNT_NOT_FOUND));
    request.json(Envelope.data(quotas(account)));
  }

  /** A resting or spent account has 0 until it is back, every other account has 1. */
  private List<QuotaView> quotas(Account account) {
    Standing standing = pool.standing(account.id()).orElse(account.standing());
    @Nullable Instant back =
        switch (standing) {
          case Standing.Resting resting -> resting.until();
          case Standing.Spent spent -> spent.until();
          default -> null;
        };
    boolean usable = standing.isUsable(clock.instant());
    List<QuotaView> quotas = new ArrayList<>();
    for (String model : account.allModels()) {
      String id = account.id().hex();
      quotas.add(
          new QuotaView(
              UUID.nameUUIDFromBytes((id + "/" + model).getBytes(UTF_8)).toString(),
              id,
              model,
              ApiJson.millisWithoutZone(back),
              QuotaAmounts.text(usable ? FULL_MICROS : 0),
              usable && account.enabled() && account.serves(model) ? 1 : 0,
              ApiJson.millis(account.lastUsedAt()),
              ApiJson.millis(account.createdAt())));
    }
    return quotas;
  }

  /** For AntiHub backends: models of accounts that have less left than a threshold. */
  void lowQuotas(Request request) {
    @Nullable String text = request.query("threshold");
    BigDecimal threshold;
    try {
      threshold = text == null ? DEFAULT_THRESHOLD : new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new ApiError(400, MessageKey.INVALID_THRESHOLD);
    }
    request.json(
        Envelope.data(
            accounts.all().stream()
                .flatMap(account -> quotas(account).stream())
                .filter(quota -> new BigDecimal(quota.quota()).compareTo(threshold) < 0)
                .toList()));
  }

  private void accountsWithQuotas(Request request) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Account account : accounts.findByOwner(request.caller().user().id())) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("cookie_id", account.id().hex());
      shown.put("name", account.name());
      shown.put("is_shared", account.shared() ? 1 : 0);
      Standing standing = pool.standing(account.id()).orElse(account.standing());
      shown.put("status", AccountRoutes.status(account, standing));
      shown.put("quotas", quotas(account));
      all.add(shown);
    }
    request.json(Envelope.data(all));
  }
}
