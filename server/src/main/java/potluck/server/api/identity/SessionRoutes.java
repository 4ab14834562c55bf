package potluck.server.api.identity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AccessTokens.Claims;
import potluck.gateway.identity.SessionQueries;
import potluck.gateway.identity.SessionRevocations;
import potluck.gateway.identity.Sessions;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Logout: this session, all sessions, or one other session. */
final class SessionRoutes {
  private final Sessions sessions;
  private final SessionQueries devices;
  private final SessionRevocations revocations;

  private final SessionCookie cookie;

  SessionRoutes(
      Sessions sessions,
      SessionQueries devices,
      SessionRevocations revocations,
      SessionCookie cookie) {
    this.cookie = cookie;
    this.sessions = sessions;
    this.devices = devices;
    this.revocations = revocations;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("POST", "/api/auth/logout", AccessPolicy.USER, this::logout),
        new HttpRoute("POST", "/api/auth/logout-all", AccessPolicy.USER, this::logoutAll),
        new HttpRoute("GET", "/api/auth/sessions", AccessPolicy.USER, this::list),
        new HttpRoute("DELETE", "/api/auth/sessions/{id}", AccessPolicy.USER, this::end));
  }

  record LogoutRequest(@Nullable String refreshToken) {}

  record SessionView(
      UUID id,
      String userAgent,
      String address,
      boolean current,
      @Nullable String createdAt,
      @Nullable String lastSeenAt,
      @Nullable String expiresAt) {}

  record SessionList(List<SessionView> sessions) {}

  private void logout(Request request) {
    @Nullable String token =
        request.optionalBody(LogoutRequest.class).map(LogoutRequest::refreshToken).orElse(null);
    if (token == null) {
      token = cookie.read(request).orElse(null);
    }
    if (token != null) {
      devices.end(request.caller().user().id(), token);
    }
    @Nullable Claims claims = request.caller().claims();
    if (claims != null) {
      sessions.end(claims.session(), "logout");
    }
    cookie.clear(request);
    request.json(Envelope.message(request.localized(MessageKey.LOGGED_OUT)));
  }

  private void logoutAll(Request request) {
    revocations.endAllSessions(request.caller().user().id(), "logout-all");
    cookie.clear(request);
    request.json(Envelope.message(request.localized(MessageKey.LOGGED_OUT_EVERYWHERE)));
  }

  private void list(Request request) {
    @Nullable Claims claims = request.caller().claims();
    @Nullable UUID current = claims == null ? null : claims.session();
    request.json(toList(devices.findActive(request.caller().user().id()), current));
  }

  static SessionList toList(List<SessionQueries.ActiveSession> devices, @Nullable UUID current) {
    return new SessionList(
        devices.stream().map(device -> toView(device, device.id().equals(current))).toList());
  }

  private void end(Request request) {
    if (!devices.end(request.caller().user().id(), parseId(request.value("id")))) {
      throw ApiError.notFound();
    }
    request.json(Envelope.message(request.localized(MessageKey.SESSION_ENDED)));
  }

  private static SessionView toView(SessionQueries.ActiveSession device, boolean current) {
    return new SessionView(
        device.id(),
        device.userAgent(),
        device.address(),
        current,
        ApiJson.micros(device.createdAt()),
        ApiJson.micros(device.lastSeenAt()),
        ApiJson.micros(device.expiresAt()));
  }

  static UUID parseId(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw ApiError.notFound();
    }
  }
}
