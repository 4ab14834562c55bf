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
   * @param maxKeys keys that a user may have
   */
  public static List<HttpRoute> routes(
      IdentityServices identity, UsageServices usage, int maxKeys) {
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(
        new ApiKeyRoutes(identity.apiKeys(), usage.limitBook(), identity.audit(), maxKeys)
            .routes());
    routes.addAll(
        new KeyChangeRoutes(
                identity.apiKeys(), identity.keyChanges(), usage.limitBook(), identity.audit())
            .routes());
    routes.addAll(
        new LimitRoutes(
                identity.users(),
                identity.apiKeys(),
                usage.teams(),
                usage.limitBook(),
                usage.quotas().limitReport(),
                identity.audit())
            .routes());
    routes.addAll(
        new TeamRoutes(usage.teams(), identity.users(), usage.limitBook(), identity.audit())
            .routes());
    return routes;
  }
}
