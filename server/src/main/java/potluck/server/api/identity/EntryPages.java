package potluck.server.api.identity;

import java.util.function.Function;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.http.StaticPage;

/**
 * The pages behind links: set-up, a new password, the way back from an identity provider. The web
 * console has these pages; if it is not served, small static pages take their place. Immutable.
 *
 * @param console whether the web console is served
 */
record EntryPages(boolean console) {
  private static final String HTML = "text/html; charset=utf-8";

  /**
   * A page whose token is in the fragment of its link. A browser keeps the fragment when it is sent
   * to the console.
   */
  HttpRoute withToken(String path, String file) {
    return page(path, file, _ -> "/console/?" + path.substring(1));
  }

  /** The page that gets the code of an identity provider. In a fragment, no log has it. */
  HttpRoute withCode(String path, String file) {
    return page(path, file, request -> "/console/#/login/callback?" + request.rawQuery());
  }

  private HttpRoute page(String path, String file, Function<Request, String> location) {
    if (!console) {
      return StaticPage.route(path, file, HTML);
    }
    return new HttpRoute(
        "GET",
        path,
        AccessPolicy.PUBLIC,
        request -> {
          request.noStore();
          request.responseHeader("location", location.apply(request));
          request.responseHeader("referrer-policy", "no-referrer");
          request.send(303, "text/plain; charset=utf-8", new byte[0]);
        });
  }
}
