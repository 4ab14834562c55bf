package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code DELETE /api/auth/me}: deletes the user who asks, with keys, accounts and sessions. */
final class SelfDeletionRoutes {
  private final Users users;
  private final PasswordHasher passwords;
  private final SessionCookie cookie;
  private final Audit audit;

  SelfDeletionRoutes(Users users, PasswordHasher passwords, SessionCookie cookie, Audit audit) {
    this.users = users;
    this.passwords = passwords;
    this.cookie = cookie;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("DELETE", "/api/auth/me", AccessPolicy.USER, this::delete));
  }

  record DeleteMeRequest(@Nullable String password) {}

  private void delete(Request request) {
    @Nullable String password = request.body(DeleteMeRequest.class).password();
    User user = request.caller().user();
    // Never 401: AntiHub's frontend would refresh its token and repeat.
    if (password == null || !passwords.matches(password, user.passwordHash(), () -> true)) {
      throw new ApiError(400, MessageKey.CURRENT_PASSWORD_WRONG);
    }
    if (!users.removeUnlessLastAdmin(user.id())) {
      throw new ApiError(409, MessageKey.LAST_ADMINISTRATOR);
    }
    request.audit(audit, "user.delete", "user " + user.id(), user.username());
    cookie.clear(request);
    request.json(Envelope.message(request.localized(MessageKey.USER_DELETED)));
  }
}
