package potluck.server.api.identity;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import potluck.gateway.plugin.PoolBackend;
import potluck.server.http.HttpRoute;

/** The routes around users: setup, login, sessions, registration, users, audit. */
public final class IdentityApi {
  private IdentityApi() {}

  /**
   * All routes around users.
   *
   * @param loginLimits limits of failed logins
   * @param checkUsername whether anybody may ask if a name is taken
   * @param console whether the web console is served
   * @param plugin where new users get their user at the pool
   */
  public static List<HttpRoute> routes(
      IdentityServices p,
      LoginLimits loginLimits,
      boolean checkUsername,
      String publicUrl,
      boolean console,
      PoolBackend plugin,
      InstantSource clock) {
    SessionCookie cookie = new SessionCookie(publicUrl, p.sessions().refreshLifetime());
    AuthRoutes auth =
        new AuthRoutes(
            p.users(),
            p.passwords(),
            p.sessions(),
            p.devices(),
            new LoginRateLimiter(loginLimits, clock),
            p.audit(),
            plugin,
            cookie);
    EntryPages pages = new EntryPages(console);
    ExternalLoginRoutes logins =
        new ExternalLoginRoutes(
            p.logins(),
            p.identities(),
            p.createUsersOnExternalLogin(),
            p.registration().mode(),
            p.users(),
            auth,
            pages,
            p.audit(),
            clock);
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(new SetupRoutes(p.setupLinks(), p.passwords(), auth, pages).routes());
    routes.addAll(auth.routes());
    routes.addAll(
        new RegistrationRoutes(
                p.registration(), p.invitations(), p.users(), p.passwords(), auth, p.audit(), clock)
            .routes());
    routes.addAll(logins.routes());
    routes.addAll(new LinkedIdentityRoutes(p.logins(), p.identities(), logins, p.audit()).routes());
    routes.addAll(new ChannelRoutes(p.channels()).routes());
    routes.addAll(new RefreshRoutes(p.refreshes(), cookie, clock).routes());
    routes.addAll(new SessionRoutes(p.sessions(), p.devices(), p.revocations(), cookie).routes());
    routes.addAll(new PasswordRoutes(p.passwords(), p.revocations(), p.resetLinks()).routes());
    routes.addAll(new SelfDeletionRoutes(p.users(), p.passwords(), cookie, p.audit()).routes());
    routes.addAll(new ProfileRoutes(p.users(), checkUsername, clock).routes());
    routes.addAll(
        new UserRoutes(
                p.users(),
                p.userAdmin(),
                p.userSummaries(),
                p.resetLinks(),
                p.passwords(),
                p.devices(),
                p.audit(),
                plugin,
                publicUrl)
            .routes());
    routes.addAll(new AuditRoutes(p.audit(), p.users()).routes());
    return routes;
  }
}
