package potluck.server.http;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;

/** {@code /api/api-keys}: a user's keys. The key itself is shown once, when it is made. */
final class ApiKeyRoutes {
  private final ApiKeys keys;

  ApiKeyRoutes(ApiKeys keys) {
    this.keys = keys;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/api-keys", Policy.USER, this::create),
        new Route("GET", "/api/api-keys", Policy.USER, this::list),
        new Route("GET", "/api/api-keys/{id}", Policy.USER, this::get),
        new Route("PATCH", "/api/api-keys/{id}/status", Policy.USER, this::setStatus),
        new Route("DELETE", "/api/api-keys/{id}", Policy.USER, this::delete));
  }

  record Create(
      @Nullable String name,
      @Nullable String description,
      @Nullable String configType,
      @Nullable List<String> allowedModels,
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
      @Nullable String createdAt,
      @Nullable String lastUsedAt,
      @Nullable String expiresAt) {
    static Shown of(ApiKey key) {
      return new Shown(
          key.id(),
          key.userId(),
          key.preview(),
          key.name(),
          key.description(),
          key.configType(),
          key.active(),
          key.allowedModels(),
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
      @Nullable String createdAt,
      @Nullable String lastUsedAt,
      @Nullable String expiresAt) {}

  private void create(Request request) {
    Create create = request.body(Create.class);
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
    Shown shown = Shown.of(fresh.key());
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
            shown.createdAt(),
            shown.lastUsedAt(),
            shown.expiresAt()));
  }

  private void list(Request request) {
    request.json(keys.of(request.caller().user().id()).stream().map(Shown::of).toList());
  }

  private void get(Request request) {
    request.json(Shown.of(own(request)));
  }

  private void setStatus(Request request) {
    Status status = request.body(Status.class);
    if (status.isActive() == null) {
      throw new ApiError(422, "需要 is_active", "is_active is needed: true or false.");
    }
    if (!keys.setActive(request.caller().user().id(), request.number("id"), status.isActive())) {
      throw ApiError.notFound();
    }
    request.json(Shown.of(own(request)));
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
