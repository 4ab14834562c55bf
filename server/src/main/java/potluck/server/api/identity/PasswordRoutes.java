package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AccessTokens.Claims;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Revocations;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** Choosing a new password: knowing the old one, or by a link that works once. */
final class PasswordRoutes {
  private final Passwords passwords;
  private final Revocations revocations;
  private final ResetLinks links;

  PasswordRoutes(Passwords passwords, Revocations revocations, ResetLinks links) {
    this.passwords = passwords;
    this.revocations = revocations;
    this.links = links;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/auth/password", Policy.USER, this::change),
        new Route("POST", "/api/auth/reset", Policy.PUBLIC, this::reset));
  }

  record Change(@Nullable String currentPassword, @Nullable String newPassword) {}

  record Reset(@Nullable String token, @Nullable String password) {}

  private void change(Request request) {
    Change change = request.body(Change.class);
    String fresh = Credentials.password(change.newPassword());
    @Nullable String current = change.currentPassword();
    // Never 401: the origin's frontend would refresh and repeat.
    if (current == null
        || !passwords.matches(current, request.caller().user().passwordHash(), () -> true)) {
      throw new ApiError(400, "当前密码错误", "The current password is wrong.");
    }
    @Nullable Claims claims = request.caller().claims();
    revocations.password(
        request.caller().user().id(),
        passwords.hash(fresh),
        claims == null ? null : claims.session());
    request.json(new AuthRoutes.Done(request.said("密码已修改", "The password was changed."), true));
  }

  private void reset(Request request) {
    Reset reset = request.body(Reset.class);
    String password = Credentials.password(reset.password());
    String token = String.valueOf(reset.token());
    if (!links.good(token) || !links.use(token, passwords.hash(password))) {
      throw new ApiError(400, "此链接无效或已使用", "This link is not good any more; ask for a new one.");
    }
    request.json(new AuthRoutes.Done(request.said("密码已重置", "The password was set."), true));
  }
}
