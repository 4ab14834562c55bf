package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AccessTokens.Claims;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.SessionRevocations;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Changing a password with the old one, or by a reset link. */
final class PasswordRoutes {
  private final PasswordHasher passwords;
  private final SessionRevocations revocations;
  private final ResetLinks resetLinks;

  PasswordRoutes(PasswordHasher passwords, SessionRevocations revocations, ResetLinks links) {
    this.passwords = passwords;
    this.revocations = revocations;
    this.resetLinks = links;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("POST", "/api/auth/password", AccessPolicy.USER, this::change),
        new HttpRoute("POST", "/api/auth/reset", AccessPolicy.PUBLIC, this::reset));
  }

  record ChangePasswordRequest(@Nullable String currentPassword, @Nullable String newPassword) {}

  record ResetPasswordRequest(@Nullable String token, @Nullable String password) {}

  private void change(Request request) {
    ChangePasswordRequest change = request.body(ChangePasswordRequest.class);
    String fresh = CredentialRules.checkPassword(change.newPassword());
    @Nullable String current = change.currentPassword();
    // Never 401: AntiHub's frontend would refresh its token and repeat.
    if (current == null
        || !passwords.matches(current, request.caller().user().passwordHash(), () -> true)) {
      throw new ApiError(400, MessageKey.CURRENT_PASSWORD_WRONG);
    }
    @Nullable Claims claims = request.caller().claims();
    revocations.changePassword(
        request.caller().user().id(),
        passwords.hash(fresh),
        claims == null ? null : claims.session());
    request.json(Envelope.message(request.localized(MessageKey.PASSWORD_CHANGED)));
  }

  private void reset(Request request) {
    ResetPasswordRequest reset = request.body(ResetPasswordRequest.class);
    String password = CredentialRules.checkPassword(reset.password());
    String token = String.valueOf(reset.token());
    if (!resetLinks.isUsable(token) || !resetLinks.redeem(token, passwords.hash(password))) {
      throw new ApiError(400, MessageKey.INVALID_RESET_LINK);
    }
    request.json(Envelope.message(request.localized(MessageKey.PASSWORD_SET)));
  }
}
