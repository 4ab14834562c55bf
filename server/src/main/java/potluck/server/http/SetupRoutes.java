package potluck.server.http;

import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.SetupLinks;
import potluck.gateway.identity.User;
import potluck.gateway.plugin.Plugin;

/** The pages behind links that work once: the first administrator, and a new password. */
final class SetupRoutes {
  private static final String CSP =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

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
        page("/setup", "setup.html", "text/html; charset=utf-8"),
        page("/setup.css", "setup.css", "text/css; charset=utf-8"),
        page("/setup.js", "setup.js", "text/javascript; charset=utf-8"),
        page("/reset", "reset.html", "text/html; charset=utf-8"),
        page("/reset.js", "reset.js", "text/javascript; charset=utf-8"),
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

  /** A page of the house, from the program itself. */
  static Route page(String path, String file, String contentType) {
    byte[] content = read(file);
    return new Route(
        "GET",
        path,
        Policy.PUBLIC,
        request -> {
          request.out().header(HeaderNames.create("content-security-policy"), CSP);
          request.out().header(HeaderNames.create("referrer-policy"), "no-referrer");
          request.send(200, contentType, content);
        });
  }

  private static byte[] read(String file) {
    try (InputStream in = SetupRoutes.class.getResourceAsStream("/pages/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the page " + file + " is missing from the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
