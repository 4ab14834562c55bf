package potluck.server.api.key;

import java.util.ArrayList;
import java.util.List;
import potluck.server.api.identity.IdentityServices;
import potluck.server.api.usage.UsageServices;
import potluck.server.http.HttpRoute;

/** API keys, and the limits of keys, users and teams. */
public final class KeyApi {
  private KeyApi() {}

  /**
   * All routes of this package.
   *
   * @param mostKeys keys that a user may have
   */
  public static List<HttpRoute> routes(IdentityServices people, UsageServices books, int mostKeys) {
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(
        new ApiKeyRoutes(people.apiKeys(), books.limitBook(), people.audit(), mostKeys).routes());
    routes.addAll(new LimitRoutes(people.users(), books.limitBook(), people.audit()).routes());
    routes.addAll(
        new TeamRoutes(books.teams(), people.users(), books.limitBook(), people.audit()).routes());
    return routes;
  }
}
