package potluck.server.api.key;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeyChanges;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.UsageLimits;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** {@code PATCH /api/api-keys/{id}}: changes the fields that are in the body. */
final class KeyChangeRoutes {
  private final ApiKeys keys;
  private final ApiKeyChanges changes;
  private final LimitStore limits;
  private final Audit audit;

  KeyChangeRoutes(ApiKeys keys, ApiKeyChanges changes, LimitStore limits, Audit audit) {
    this.keys = keys;
    this.changes = changes;
    this.limits = limits;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("PATCH", "/api/api-keys/{id}", AccessPolicy.USER, this::change));
  }

  /**
   * The fields to change. A field that is null is cleared: the key has no name, may use all models,
   * from all addresses, never expires, and has no limits.
   */
  record ChangeKeyRequest(
      @Nullable String name,
      @JsonAlias("allowed_models") @Nullable List<String> models,
      @JsonAlias("allowed_addresses") @Nullable List<String> networks,
      @Nullable String expiresAt,
      @JsonSetter(contentNulls = Nulls.SET) @Nullable Map<String, @Nullable Object> limits) {}

  private void change(Request request) {
    long user = request.caller().user().id();
    byte[] body = request.body();
    ChangeKeyRequest wanted = ApiJson.read(body, ChangeKeyRequest.class);
    JsonNode given = ApiJson.read(body, JsonNode.class);
    ApiKey key = keys.find(user, request.number("id")).orElseThrow(ApiError::notFound);
    UsageLimits newLimits = ApiKeyRoutes.limits(wanted.limits());
    ApiKeyChanges.Fields fields =
        new ApiKeyChanges.Fields(
            given.has("name") ? KeyValidator.name(wanted.name()) : key.name(),
            given.has("models") || given.has("allowed_models")
                ? KeyValidator.models(wanted.models())
                : key.allowedModels(),
            given.has("networks") || given.has("allowed_addresses")
                ? KeyValidator.networks(wanted.networks())
                : key.allowedAddresses(),
            given.has("expires_at") ? KeyValidator.expiry(wanted.expiresAt()) : key.expiresAt());
    if (!changes.change(user, key.id(), fields)) {
      throw ApiError.notFound();
    }
    if (given.has("limits")) {
      limits.set(ApiKeyRoutes.scopeOf(key), newLimits);
    }
    request.audit(
        audit,
        "key.change",
        "key " + key.id(),
        String.join(", ", given.properties().stream().map(Map.Entry::getKey).toList()));
    ApiKey changed = keys.find(user, key.id()).orElseThrow(ApiError::notFound);
    request.json(
        ApiKeyRoutes.KeyView.of(
            changed, given.has("limits") ? newLimits : limits.of(ApiKeyRoutes.scopeOf(key))));
  }
}
