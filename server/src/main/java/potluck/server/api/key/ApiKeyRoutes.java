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
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Limits;
import potluck.server.api.identity.AuthRoutes;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** {@code /api/api-keys}: a user's keys. The key itself is shown once, when it is made. */
final class ApiKeyRoutes {
  private static final long USUAL_OVERLAP = 86_400;
  private static final long MOST_OVERLAP = 30 * 86_400;

  private final ApiKeys keys;
  private final LimitBook limits;
  private final Audit audit;
  private final int most;

  /**
   * @param most keys that a user may have
   */
  ApiKeyRoutes(ApiKeys keys, LimitBook limits, Audit audit, int most) {
    this.audit = audit;
    this.most = most;
    this.keys = keys;
    this.limits = limits;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/api-keys", Policy.USER, this::create),
        new Route("GET", "/api/api-keys", Policy.USER, this::list),
        new Route("GET", "/api/api-keys/{id}", Policy.USER, this::get),
        new Route("PATCH", "/api/api-keys/{id}/status", Policy.USER, this::setStatus),
        new Route("PATCH", "/api/api-keys/{id}/type", Policy.USER, this::setType),
        new Route("POST", "/api/api-keys/{id}/rotate", Policy.USER, this::rotate),
        new Route("PUT", "/api/api-keys/{id}/limits", Policy.USER, this::setLimits),
        new Route("DELETE", "/api/api-keys/{id}", Policy.USER, this::delete));
  }

  record Create(
      @Nullable String name,
      @Nullable String description,
      @Nullable String configType,
      @Nullable List<String> allowedModels,
      @Nullable List<String> allowedAddresses,
      @Nullable Boolean onlyDedicated,
      @JsonSetter(contentNulls = Nulls.SET) @Nullable Map<String, @Nullable Object> limits,
      @Nullable String expiresAt) {}

  record Status(@Nullable Boolean isActive) {}

  record Shown(
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
    static Shown of(ApiKey key, Limits limits) {
      return new Shown(
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
          limits.shown(),
          Json.micros(key.createdAt()),
          Json.micros(key.lastUsedAt()),
          Json.micros(key.expiresAt()));
    }
  }

  record Made(
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
    Create create = request.body(Create.class);
    Limits wanted = limits(create.limits());
    long user = request.caller().user().id();
    if (keys.of(user).size() >= most) {
      throw new ApiError(
          400,
          "API密钥数量已达上限 " + most,
          "You have " + most + " API keys, which is the most; delete one first.");
    }
    ApiKeys.Fresh fresh =
        keys.add(
            new ApiKeys.Draft(
                user,
                KeyForms.name(create.name()),
                KeyForms.description(create.description()),
                KeyForms.type(create.configType()),
                KeyForms.models(create.allowedModels()),
                KeyForms.networks(create.allowedAddresses()),
                Boolean.TRUE.equals(create.onlyDedicated()),
                false,
                KeyForms.expiry(create.expiresAt())));
    if (!wanted.isEmpty()) {
      limits.set(whose(fresh.key()), wanted);
    }
    request.audited(audit, "key.make", "key " + fresh.key().id(), "");
    made(request, fresh);
  }

  /** The only answer that holds a key. */
  private void made(Request request, ApiKeys.Fresh fresh) {
    Shown shown = shown(fresh.key());
    request.noStore();
    request.json(
        new Made(
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

  record Type(@Nullable String configType) {}

  private void setType(Request request) {
    @Nullable String type = request.body(Type.class).configType();
    if (type == null || type.isBlank()) {
      throw new ApiError(422, "需要 config_type", "config_type is needed.");
    }
    if (!keys.setType(request.caller().user().id(), request.number("id"), KeyForms.type(type))) {
      throw ApiError.notFound();
    }
    request.json(shown(own(request)));
  }

  record Rotate(@Nullable Long overlapSeconds) {}

  /** A new key in the place of the old one, which goes on being good for a day, or as asked. */
  private void rotate(Request request) {
    byte[] body = request.body();
    @Nullable Long asked = body.length == 0 ? null : Json.read(body, Rotate.class).overlapSeconds();
    long overlap = asked == null ? USUAL_OVERLAP : asked;
    if (overlap < 0 || overlap > MOST_OVERLAP) {
      throw new ApiError(
          422,
          "overlap_seconds 必须在 0 到 " + MOST_OVERLAP + " 之间",
          "overlap_seconds must be from 0 to " + MOST_OVERLAP + ".");
    }
    ApiKeys.Fresh fresh =
        keys.rotate(request.caller().user().id(), request.number("id"), Duration.ofSeconds(overlap))
            .orElseThrow(ApiError::notFound);
    request.audited(audit, "key.rotate", "key " + fresh.key().id(), overlap + " s");
    made(request, fresh);
  }

  private void list(Request request) {
    request.json(keys.of(request.caller().user().id()).stream().map(this::shown).toList());
  }

  private void get(Request request) {
    request.json(shown(own(request)));
  }

  private void setStatus(Request request) {
    Status status = request.body(Status.class);
    if (status.isActive() == null) {
      throw new ApiError(422, "需要 is_active", "is_active is needed: true or false.");
    }
    if (!keys.setActive(request.caller().user().id(), request.number("id"), status.isActive())) {
      throw ApiError.notFound();
    }
    request.json(shown(own(request)));
  }

  private void setLimits(Request request) {
    ApiKey key = own(request);
    @SuppressWarnings("unchecked")
    Map<String, Object> given = request.body(Map.class);
    limits.set(whose(key), limits(given));
    request.json(shown(key));
  }

  private Shown shown(ApiKey key) {
    return Shown.of(key, limits.of(whose(key)));
  }

  private static LimitBook.Whose whose(ApiKey key) {
    return new LimitBook.Whose(LimitBook.Scope.KEY, key.id());
  }

  static Limits limits(@Nullable Map<String, @Nullable Object> given) {
    try {
      return given == null ? Limits.NONE : Limits.of(given);
    } catch (IllegalArgumentException e) {
      throw new ApiError(422, "limits 无效：" + e.getMessage(), String.valueOf(e.getMessage()));
    }
  }

  private void delete(Request request) {
    if (!keys.remove(request.caller().user().id(), request.number("id"))) {
      throw ApiError.notFound();
    }
    request.json(new AuthRoutes.Done(request.said("API密钥已删除", "The API key was deleted."), true));
  }

  private ApiKey own(Request request) {
    return keys.find(request.caller().user().id(), request.number("id"))
        .orElseThrow(ApiError::notFound);
  }
}
