package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.User;
import potluck.gateway.plugin.Plugin;
import potluck.server.http.ApiError;
import potluck.server.http.Page;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** The pages behind links that work once: the first administrator, and a new password. */
final class SetupRoutes {
  private final SetupLinks links;
  private final Passwords passwords;
  private final Plugin plugin;

  SetupRoutes(SetupLinks links, Passwords passwords, Plugin plugin) {
    this.plugin = plugin;
    this.links = links;
    this.passwords = passwords;
  }

  List<Route> routes() {
    return List.of(
        Page.of("/setup", "setup.html", "text/html; charset=utf-8"),
        Page.of("/setup.css", "setup.css", "text/css; charset=utf-8"),
        Page.of("/setup.js", "setup.js", "text/javascript; charset=utf-8"),
        Page.of("/reset", "reset.html", "text/html; charset=utf-8"),
        Page.of("/reset.js", "reset.js", "text/javascript; charset=utf-8"),
        new Route("POST", "/api/auth/setup", Policy.PUBLIC, this::setUp));
  }

  record SetUp(@Nullable String token, @Nullable String username, @Nullable String password) {}

  record Made(AuthRoutes.Me user) {}

  private void setUp(Request request) {
    SetUp setUp = request.body(SetUp.class);
    String username = Credentials.username(setUp.username());
    String password = Credentials.password(setUp.password());
    User admin =
        links
            .use(String.valueOf(setUp.token()), username, passwords.hash(password))
            .orElseThrow(
                () ->
                    new ApiError(
                        400,
                        "此链接无效或已使用；重新启动会打印新的链接",
                        "This link is not good any more; a restart prints a new one."));
    plugin.welcome(admin);
    request.noStore();
    request.json(new Made(AuthRoutes.Me.of(admin)));
  }
}
