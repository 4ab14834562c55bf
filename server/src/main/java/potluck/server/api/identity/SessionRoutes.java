package potluck.server.api.identity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AccessTokens.Claims;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Revocations;
import potluck.gateway.identity.Sessions;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** Logging out: here, everywhere, or on one other device. */
final class SessionRoutes {
  private final Sessions sessions;
  private final Devices devices;
  private final Revocations revocations;

  SessionRoutes(Sessions sessions, Devices devices, Revocations revocations) {
    this.sessions = sessions;
    this.devices = devices;
    this.revocations = revocations;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/auth/logout", Policy.USER, this::logout),
        new Route("POST", "/api/auth/logout-all", Policy.USER, this::logoutAll),
        new Route("GET", "/api/auth/sessions", Policy.USER, this::list),
        new Route("DELETE", "/api/auth/sessions/{id}", Policy.USER, this::end));
  }

  record Logout(@Nullable String refreshToken) {}

  record Shown(
      UUID id,
      String userAgent,
      String address,
      boolean current,
      @Nullable String createdAt,
      @Nullable String lastSeenAt,
      @Nullable String expiresAt) {}

  record Listed(List<Shown> sessions) {}

  private void logout(Request request) {
    byte[] body = request.body();
    if (body.length > 0) {
      @Nullable String token = Json.read(body, Logout.class).refreshToken();
      if (token != null) {
        devices.end(request.caller().user().id(), token);
      }
    }
    @Nullable Claims claims = request.caller().claims();
    if (claims != null) {
      sessions.end(claims.session(), "logout");
    }
    request.json(new AuthRoutes.Done(request.said("登出成功", "Logged out."), true));
  }

  private void logoutAll(Request request) {
    revocations.all(request.caller().user().id(), "logout-all");
    request.json(new AuthRoutes.Done(request.said("已登出所有设备", "Logged out everywhere."), true));
  }

  private void list(Request request) {
    @Nullable Claims claims = request.caller().claims();
    @Nullable UUID current = claims == null ? null : claims.session();
    request.json(listed(devices.of(request.caller().user().id()), current));
  }

  static Listed listed(List<Devices.Device> devices, @Nullable UUID current) {
    return new Listed(
        devices.stream().map(device -> shown(device, device.id().equals(current))).toList());
  }

  private void end(Request request) {
    if (!devices.end(request.caller().user().id(), id(request.value("id")))) {
      throw ApiError.notFound();
    }
    request.json(new AuthRoutes.Done(request.said("会话已结束", "The session was ended."), true));
  }

  private static Shown shown(Devices.Device device, boolean current) {
    return new Shown(
        device.id(),
        device.userAgent(),
        device.address(),
        current,
        Json.micros(device.created()),
        Json.micros(device.seen()),
        Json.micros(device.expires()));
  }

  static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw ApiError.notFound();
    }
  }
}
