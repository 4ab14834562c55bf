package potluck.server.api.key;

import java.util.ArrayList;
import java.util.List;
import potluck.server.api.identity.People;
import potluck.server.api.usage.Books;
import potluck.server.http.Route;

/** API keys, and what keys, users and teams are held to. */
public final class KeyApi {
  private KeyApi() {}

  /**
   * @param mostKeys that a user may have
   */
  public static List<Route> routes(People people, Books books, int mostKeys) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        new ApiKeyRoutes(people.keys(), books.limits(), people.audit(), mostKeys).routes());
    routes.addAll(new LimitRoutes(people.users(), books.limits(), people.audit()).routes());
    routes.addAll(
        new TeamRoutes(books.teams(), people.users(), books.limits(), people.audit()).routes());
    return routes;
  }
}
