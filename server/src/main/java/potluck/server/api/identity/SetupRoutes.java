package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.User;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.StaticPage;

/** The pages behind one-time links: the first administrator, and a new password. */
final class SetupRoutes {
  private final SetupLinks links;
  private final PasswordHasher passwords;
  private final AuthRoutes auth;
  private final EntryPages pages;

  SetupRoutes(SetupLinks links, PasswordHasher passwords, AuthRoutes auth, EntryPages pages) {
    this.pages = pages;
    this.auth = auth;
    this.links = links;
    this.passwords = passwords;
  }

  List<HttpRoute> routes() {
    return List.of(
        pages.withToken("/setup", "setup.html"),
        StaticPage.route("/setup.css", "setup.css", "text/css; charset=utf-8"),
        StaticPage.route("/setup.js", "setup.js", "text/javascript; charset=utf-8"),
        pages.withToken("/reset", "reset.html"),
        StaticPage.route("/reset.js", "reset.js", "text/javascript; charset=utf-8"),
        new HttpRoute("POST", "/api/auth/setup", AccessPolicy.PUBLIC, this::setUp));
  }

  record SetupRequest(
      @Nullable String token, @Nullable String username, @Nullable String password) {}

  private void setUp(Request request) {
    SetupRequest setUp = request.body(SetupRequest.class);
    String username = CredentialRules.checkUsername(setUp.username());
    String password = CredentialRules.checkPassword(setUp.password());
    User admin =
        links
            .redeem(String.valueOf(setUp.token()), username, passwords.hash(password))
            .orElseThrow(() -> new ApiError(400, MessageKey.INVALID_SETUP_LINK));
    auth.openSession(request, admin);
  }
}
