package potluck.server.api.key;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.UsageLimits;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/api-keys}: a user's API keys. The key itself is shown once, when it is created. */
final class ApiKeyRoutes {
  private static final long DEFAULT_OVERLAP_SECONDS = 86_400;
  private static final long MAX_OVERLAP_SECONDS = 30 * 86_400;

  private final ApiKeys keys;
  private final LimitStore limits;
  private final Audit audit;
  private final int maxPerUser;

  /**
   * @param max keys that a user may have
   */
  ApiKeyRoutes(ApiKeys keys, LimitStore limits, Audit audit, int max) {
    this.audit = audit;
    this.maxPerUser = max;
    this.keys = keys;
    this.limits = limits;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("POST", "/api/api-keys", AccessPolicy.USER, this::create),
        new HttpRoute("GET", "/api/api-keys", AccessPolicy.USER, this::list),
        new HttpRoute("GET", "/api/api-keys/{id}", AccessPolicy.USER, this::get),
        new HttpRoute("PATCH", "/api/api-keys/{id}/status", AccessPolicy.USER, this::setStatus),
        new HttpRoute("PATCH", "/api/api-keys/{id}/type", AccessPolicy.USER, this::setType),
        new HttpRoute("POST", "/api/api-keys/{id}/rotate", AccessPolicy.USER, this::rotate),
        new HttpRoute("PUT", "/api/api-keys/{id}/limits", AccessPolicy.USER, this::setLimits),
        new HttpRoute("DELETE", "/api/api-keys/{id}", AccessPolicy.USER, this::delete));
  }

  record CreateKeyRequest(
      @Nullable String name,
      @Nullable String description,
      @Nullable String configType,
      @Nullable List<String> allowedModels,
      @Nullable List<String> allowedAddresses,
      @Nullable Boolean onlyDedicated,
      @JsonSetter(contentNulls = Nulls.SET) @Nullable Map<String, @Nullable Object> limits,
      @Nullable String expiresAt) {}

  record StatusRequest(@Nullable Boolean isActive) {}

  record KeyView(
      long id,
      long userId,
      String keyPreview,
      @Nullable String name,
      @Nullable String description,
      String configType,
      boolean isActive,
      List<String> allowedModels,
      List<String> allowedAddresses,
      boolean onlyDedicated,
      Map<String, Object> limits,
      @Nullable String createdAt,
      @Nullable String lastUsedAt,
      @Nullable String expiresAt) {
    static KeyView of(ApiKey key, UsageLimits limits) {
      return new KeyView(
          key.id(),
          key.userId(),
          key.preview(),
          key.name(),
          key.description(),
          key.configType(),
          key.active(),
          key.allowedModels(),
          key.allowedAddresses(),
          key.onlyDedicated(),
          limits.toMap(),
          ApiJson.micros(key.createdAt()),
          ApiJson.micros(key.lastUsedAt()),
          ApiJson.micros(key.expiresAt()));
    }
  }

  record CreatedKey(
      long id,
      long userId,
      String key,
      String keyPreview,
      @Nullable String name,
      @Nullable String description,
      String configType,
      boolean isActive,
      List<String> allowedModels,
      List<String> allowedAddresses,
      boolean onlyDedicated,
      Map<String, Object> limits,
      @Nullable String createdAt,
      @Nullable String lastUsedAt,
      @Nullable String expiresAt) {}

  private void create(Request request) {
    CreateKeyRequest create = request.body(CreateKeyRequest.class);
    UsageLimits wanted = limits(create.limits());
    long user = request.caller().user().id();
    if (keys.findByUser(user).size() >= maxPerUser) {
      throw new ApiError(400, MessageKey.TOO_MANY_API_KEYS, maxPerUser);
    }
    ApiKeys.CreatedKey fresh =
        keys.add(
            new ApiKeys.Draft(
                user,
                KeyValidator.name(create.name()),
                KeyValidator.description(create.description()),
                KeyValidator.type(create.configType()),
                KeyValidator.models(create.allowedModels()),
                KeyValidator.networks(create.allowedAddresses()),
                Boolean.TRUE.equals(create.onlyDedicated()),
                false,
                KeyValidator.expiry(create.expiresAt())));
    if (!wanted.isEmpty()) {
      limits.set(scopeOf(fresh.key()), wanted);
    }
    request.audit(audit, "key.make", "key " + fresh.key().id(), "");
    sendCreated(request, fresh);
  }

  /** The only response that contains a key. */
  private void sendCreated(Request request, ApiKeys.CreatedKey fresh) {
    KeyView shown = toView(fresh.key());
    request.noStore();
    request.json(
        new CreatedKey(
            shown.id(),
            shown.userId(),
            fresh.text(),
            shown.keyPreview(),
            shown.name(),
            shown.description(),
            shown.configType(),
            shown.isActive(),
            shown.allowedModels(),
            shown.allowedAddresses(),
            shown.onlyDedicated(),
            shown.limits(),
            shown.createdAt(),
            shown.lastUsedAt(),
            shown.expiresAt()));
  }

  record TypeRequest(@Nullable String configType) {}

  private void setType(Request request) {
    @Nullable String type = request.body(TypeRequest.class).configType();
    if (type == null || type.isBlank()) {
      throw new ApiError(422, MessageKey.CONFIG_TYPE_REQUIRED);
    }
    if (!keys.setType(
        request.caller().user().id(), request.number("id"), KeyValidator.type(type))) {
      throw ApiError.notFound();
    }
    request.json(toView(getOwn(request)));
  }

  record RotateRequest(@Nullable Long overlapSeconds) {}

  /** Replaces a key. The old one stays valid for a day, or as long as requested. */
  private void rotate(Request request) {
    @Nullable Long asked =
        request.optionalBody(RotateRequest.class).map(RotateRequest::overlapSeconds).orElse(null);
    long overlap = asked == null ? DEFAULT_OVERLAP_SECONDS : asked;
    if (overlap < 0 || overlap > MAX_OVERLAP_SECONDS) {
      throw new ApiError(422, MessageKey.OVERLAP_SECONDS_OUT_OF_RANGE, MAX_OVERLAP_SECONDS);
    }
    ApiKeys.CreatedKey fresh =
        keys.rotate(request.caller().user().id(), request.number("id"), Duration.ofSeconds(overlap))
            .orElseThrow(ApiError::notFound);
    request.audit(audit, "key.rotate", "key " + fresh.key().id(), overlap + " s");
    sendCreated(request, fresh);
  }

  private void list(Request request) {
    request.json(keys.findByUser(request.caller().user().id()).stream().map(this::toView).toList());
  }

  private void get(Request request) {
    request.json(toView(getOwn(request)));
  }

  private void setStatus(Request request) {
    StatusRequest status = request.body(StatusRequest.class);
    if (status.isActive() == null) {
      throw new ApiError(422, MessageKey.IS_ACTIVE_REQUIRED);
    }
    if (!keys.setActive(request.caller().user().id(), request.number("id"), status.isActive())) {
      throw ApiError.notFound();
    }
    request.json(toView(getOwn(request)));
  }

  private void setLimits(Request request) {
    ApiKey key = getOwn(request);
    @SuppressWarnings("unchecked")
    Map<String, Object> given = request.body(Map.class);
    limits.set(scopeOf(key), limits(given));
    request.json(toView(key));
  }

  private KeyView toView(ApiKey key) {
    return KeyView.of(key, limits.of(scopeOf(key)));
  }

  static LimitStore.LimitOwner scopeOf(ApiKey key) {
    return new LimitStore.LimitOwner(LimitStore.Scope.KEY, key.id());
  }

  static UsageLimits limits(@Nullable Map<String, @Nullable Object> given) {
    try {
      return given == null ? UsageLimits.NONE : UsageLimits.parse(given);
    } catch (IllegalArgumentException e) {
      throw new ApiError(422, MessageKey.INVALID_LIMITS, e.getMessage());
    }
  }

  private void delete(Request request) {
    if (!keys.remove(request.caller().user().id(), request.number("id"))) {
      throw ApiError.notFound();
    }
    request.json(Envelope.message(request.localized(MessageKey.API_KEY_DELETED)));
  }

  private ApiKey getOwn(Request request) {
    return keys.find(request.caller().user().id(), request.number("id"))
        .orElseThrow(ApiError::notFound);
  }
}
