package potluck.server.http;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Limits;

/** {@code /api/api-keys}: a user's keys. The key itself is shown once, when it is made. */
final class ApiKeyRoutes {
  private final ApiKeys keys;
  private final LimitBook limits;

  ApiKeyRoutes(ApiKeys keys, LimitBook limits) {
    this.keys = keys;
    this.limits = limits;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/api-keys", Policy.USER, this::create),
        new Route("GET", "/api/api-keys", Policy.USER, this::list),
        new Route("GET", "/api/api-keys/{id}", Policy.USER, this::get),
        new Route("PATCH", "/api/api-keys/{id}/status", Policy.USER, this::setStatus),
        new Route("PUT", "/api/api-keys/{id}/limits", Policy.USER, this::setLimits),
        new Route("DELETE", "/api/api-keys/{id}", Policy.USER, this::delete));
  }

  record Create(
      @Nullable String name,
      @Nullable String description,
      @Nullable String configType,
      @Nullable List<String> allowedModels,
      @Nullable Map<String, Object> limits,
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
      @Nullable String name,
      @Nullable String description,
      String configType,
      boolean isActive,
      List<String> allowedModels,
      Map<String, Object> limits,
      @Nullable String createdAt,
      @Nullable String lastUsedAt,
      @Nullable String expiresAt) {}

  private void create(Request request) {
    Create create = request.body(Create.class);
    Limits wanted = limits(create.limits());
    ApiKeys.Fresh fresh =
        keys.add(
            new ApiKeys.Draft(
                request.caller().user().id(),
                create.name(),
                create.description(),
                create.configType() == null ? "antigravity" : create.configType(),
                create.allowedModels() == null ? List.of() : create.allowedModels(),
                false,
                expiry(create.expiresAt())));
    if (!wanted.isEmpty()) {
      limits.set(whose(fresh.key()), wanted);
    }
    Shown shown = Shown.of(fresh.key(), wanted);
    request.noStore();
    request.json(
        new Made(
            shown.id(),
            shown.userId(),
            fresh.text(),
            shown.name(),
            shown.description(),
            shown.configType(),
            shown.isActive(),
            shown.allowedModels(),
            shown.limits(),
            shown.createdAt(),
            shown.lastUsedAt(),
            shown.expiresAt()));
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

  static Limits limits(@Nullable Map<String, Object> given) {
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
    request.json(new AuthRoutes.Done("API密钥已删除", true));
  }

  private ApiKey own(Request request) {
    return keys.find(request.caller().user().id(), request.number("id"))
        .orElseThrow(ApiError::notFound);
  }

  private static @Nullable Instant expiry(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new ApiError(
          422,
          "expires_at 必须是带时区的时间，例如 2030-01-01T00:00:00Z",
          "expires_at must be a time with a zone, such as 2030-01-01T00:00:00Z.");
    }
  }
}
