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
  private final boolean console;

  /**
   * @param console whether the web console is served; it has these pages then
   */
  SetupRoutes(SetupLinks links, PasswordHasher passwords, AuthRoutes auth, boolean console) {
    this.console = console;
    this.auth = auth;
    this.links = links;
    this.passwords = passwords;
  }

  List<HttpRoute> routes() {
    return List.of(
        page("/setup", "setup.html"),
        StaticPage.route("/setup.css", "setup.css", "text/css; charset=utf-8"),
        StaticPage.route("/setup.js", "setup.js", "text/javascript; charset=utf-8"),
        page("/reset", "reset.html"),
        StaticPage.route("/reset.js", "reset.js", "text/javascript; charset=utf-8"),
        new HttpRoute("POST", "/api/auth/setup", AccessPolicy.PUBLIC, this::setUp));
  }

  /**
   * A page behind a link. The token is in the fragment of the link; a browser keeps the fragment
   * when it is sent to the console.
   */
  private HttpRoute page(String path, String file) {
    if (!console) {
      return StaticPage.route(path, file, "text/html; charset=utf-8");
    }
    return new HttpRoute(
        "GET",
        path,
        AccessPolicy.PUBLIC,
        request -> {
          request.responseHeader("location", "/console/?" + path.substring(1));
          request.responseHeader("referrer-policy", "no-referrer");
          request.send(303, "text/plain; charset=utf-8", new byte[0]);
        });
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
