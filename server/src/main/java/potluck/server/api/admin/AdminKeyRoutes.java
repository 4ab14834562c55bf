package potluck.server.api.admin;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.UsageLimits;
import potluck.server.api.key.KeyValidator;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/admin/keys}: the API keys of all users. A key itself is never shown. */
final class AdminKeyRoutes {
  private final ApiKeys keys;
  private final LimitStore limits;
  private final Users users;
  private final Audit audit;

  AdminKeyRoutes(ApiKeys keys, LimitStore limits, Users users, Audit audit) {
    this.keys = keys;
    this.limits = limits;
    this.users = users;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/keys", AccessPolicy.AUDIT, this::list),
        new HttpRoute("PATCH", "/api/admin/keys/{id}", AccessPolicy.ADMIN, this::change),
        new HttpRoute("DELETE", "/api/admin/keys/{id}", AccessPolicy.ADMIN, this::delete));
  }

  record AdminKey(
      long id,
      long userId,
      @Nullable String username,
      String keyPreview,
      @Nullable String name,
      boolean isActive,
      List<String> allowedModels,
      List<String> allowedAddresses,
      boolean onlyDedicated,
      Map<String, Object> limits,
      @Nullable String createdAt,
      @Nullable String lastUsedAt,
      @Nullable String expiresAt) {}

  record AdminKeyList(List<AdminKey> keys, long total) {}

  private void list(Request request) {
    @Nullable String user = request.query("user");
    if (user != null && !user.matches("[0-9]{1,18}")) {
      throw new ApiError(422, MessageKey.INVALID_USER);
    }
    ApiKeys.Page page =
        keys.page(
            user == null ? null : Long.valueOf(user),
            request.query("limit", 50, 1, 200),
            request.query("offset", 0, 0, Integer.MAX_VALUE));
    request.json(new AdminKeyList(page.keys().stream().map(this::show).toList(), page.total()));
  }

  private AdminKey show(ApiKey key) {
    return new AdminKey(
        key.id(),
        key.userId(),
        users.find(key.userId()).map(User::username).orElse(null),
        key.preview(),
        key.name(),
        key.active(),
        key.allowedModels(),
        key.allowedAddresses(),
        key.onlyDedicated(),
        limits.of(owner(key)).toMap(),
        ApiJson.seconds(key.createdAt()),
        ApiJson.seconds(key.lastUsedAt()),
        ApiJson.seconds(key.expiresAt()));
  }

  /**
   * A change; fields that are absent stay as they are.
   *
   * @param expiresAt a time, or JSON null for never
   */
  record KeyChange(
      @Nullable Boolean isActive,
      @JsonSetter(contentNulls = Nulls.SET) @Nullable Map<String, @Nullable Object> limits,
      @Nullable JsonNode expiresAt) {}

  private void change(Request request) {
    KeyChange change = request.body(KeyChange.class);
    ApiKey key = get(request);
    @Nullable UsageLimits wanted = change.limits() == null ? null : parse(change.limits());
    @Nullable JsonNode expiry = change.expiresAt();
    if (expiry != null) {
      @Nullable Instant at = expiry.isNull() ? null : KeyValidator.expiry(expiry.asText());
      keys.setExpiry(key.userId(), key.id(), at);
    }
    if (change.isActive() != null) {
      keys.setActive(key.userId(), key.id(), change.isActive());
    }
    if (wanted != null) {
      limits.set(owner(key), wanted);
    }
    request.audit(audit, "key.change", "key " + key.id(), String.valueOf(change));
    request.json(show(get(request)));
  }

  private static UsageLimits parse(Map<String, @Nullable Object> given) {
    try {
      return UsageLimits.parse(given);
    } catch (IllegalArgumentException e) {
      throw new ApiError(422, MessageKey.INVALID_LIMITS, e.getMessage());
    }
  }

  private void delete(Request request) {
    ApiKey key = get(request);
    keys.remove(key.userId(), key.id());
    request.audit(audit, "key.delete", "key " + key.id(), key.preview());
    request.json(Envelope.message(request.localized(MessageKey.API_KEY_DELETED)));
  }

  private static LimitOwner owner(ApiKey key) {
    return new LimitOwner(LimitStore.Scope.KEY, key.id());
  }

  private ApiKey get(Request request) {
    return keys.find(request.number("id")).orElseThrow(ApiError::notFound);
  }
}
