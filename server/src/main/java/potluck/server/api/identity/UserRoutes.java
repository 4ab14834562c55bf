package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Devices;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Roster;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.Plugin;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** {@code /api/admin/users}: who there is, and what administrators do about them. */
final class UserRoutes {
  private static final int HIGHEST_LEVEL = 9;

  private final Users users;
  private final Roster roster;
  private final ResetLinks links;
  private final Passwords passwords;
  private final Devices devices;
  private final Audit audit;
  private final Plugin plugin;

  UserRoutes(
      Users users,
      Roster roster,
      ResetLinks links,
      Passwords passwords,
      Devices devices,
      Audit audit,
      Plugin plugin) {
    this.plugin = plugin;
    this.devices = devices;
    this.audit = audit;
    this.users = users;
    this.roster = roster;
    this.links = links;
    this.passwords = passwords;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/admin/users", Policy.AUDIT, this::list),
        new Route("POST", "/api/admin/users", Policy.ADMIN, this::add),
        new Route(
            "GET",
            "/api/admin/users/{id}",
            Policy.AUDIT,
            request -> request.json(AuthRoutes.Me.of(user(request)))),
        new Route("PATCH", "/api/admin/users/{id}", Policy.ADMIN, this::change),
        new Route("DELETE", "/api/admin/users/{id}", Policy.ADMIN, this::delete),
        new Route("GET", "/api/admin/users/{id}/sessions", Policy.AUDIT, this::sessions),
        new Route(
            "DELETE", "/api/admin/users/{id}/sessions/{session}", Policy.ADMIN, this::endSession),
        new Route("POST", "/api/admin/users/{id}/reset-link", Policy.ADMIN, this::resetLink));
  }

  record Listed(List<AuthRoutes.Me> users, long total) {}

  /** Without a password the user is let in by a reset link. */
  record Add(@Nullable String username, @Nullable String password, @Nullable Integer trustLevel) {}

  record Change(
      @Nullable Boolean isActive,
      @Nullable Boolean isSilenced,
      @Nullable Integer trustLevel,
      @Nullable Boolean isAuditor) {}

  record Link(String token, String url) {}

  private void list(Request request) {
    @Nullable String search = request.query("search");
    Roster.Page page =
        roster.page(
            search == null ? "" : search,
            request.query("limit", 50, 1, 200),
            request.query("offset", 0, 0, Integer.MAX_VALUE));
    request.json(new Listed(page.users().stream().map(AuthRoutes.Me::of).toList(), page.total()));
  }

  private void add(Request request) {
    Add add = request.body(Add.class);
    String username = Credentials.username(add.username());
    @Nullable Integer level = level(add.trustLevel());
    @Nullable String hash =
        add.password() == null ? null : passwords.hash(Credentials.password(add.password()));
    User user =
        users
            .add(username, hash, level == null ? 1 : level)
            .orElseThrow(() -> new ApiError(409, "用户名已存在", "This user name is taken."));
    plugin.welcome(user);
    request.audited(audit, "user.add", "user " + user.id(), user.username());
    request.json(201, AuthRoutes.Me.of(user));
  }

  private void change(Request request) {
    Change change = request.body(Change.class);
    long id = request.number("id");
    @Nullable Integer level = level(change.trustLevel());
    boolean shutsOut =
        Boolean.FALSE.equals(change.isActive()) || (level != null && level < User.ADMIN);
    if (shutsOut) {
      notOneself(request, id);
    }
    User changed =
        roster
            .change(
                id,
                new Roster.Change(
                    change.isActive(), change.isSilenced(), level, change.isAuditor()))
            .orElseThrow(ApiError::notFound);
    request.audited(audit, "user.change", "user " + id, String.valueOf(change));
    request.json(AuthRoutes.Me.of(changed));
  }

  /** So there is always one administrator left: the one who asks. */
  private static void notOneself(Request request, long id) {
    if (id == request.caller().user().id()) {
      throw new ApiError(
          400,
          "不能禁用、降级或删除自己",
          "You cannot disable or delete yourself, or take your own rights away.");
    }
  }

  private void delete(Request request) {
    User gone = user(request);
    notOneself(request, gone.id());
    users.remove(gone.id());
    request.audited(audit, "user.delete", "user " + gone.id(), gone.username());
    request.json(new AuthRoutes.Done(request.said("用户已删除", "The user was deleted."), true));
  }

  private void sessions(Request request) {
    request.json(SessionRoutes.listed(devices.of(user(request).id()), null));
  }

  private void endSession(Request request) {
    long id = user(request).id();
    if (!devices.end(id, SessionRoutes.id(request.value("session")))) {
      throw ApiError.notFound();
    }
    request.audited(audit, "session.end", "user " + id, request.value("session"));
    request.json(new AuthRoutes.Done(request.said("会话已结束", "The session was ended."), true));
  }

  private void resetLink(Request request) {
    User owner = user(request);
    String token = links.make(owner.id());
    request.audited(audit, "user.reset-link", "user " + owner.id(), "");
    request.noStore();
    // After a '#', so that it is in no log of a server on the way.
    request.json(new Link(token, "/reset#" + token));
  }

  private User user(Request request) {
    return users.find(request.number("id")).orElseThrow(ApiError::notFound);
  }

  private static @Nullable Integer level(@Nullable Integer level) {
    if (level != null && (level < 0 || level > HIGHEST_LEVEL)) {
      throw new ApiError(
          422, "trust_level 必须在 0 到 9 之间", "trust_level must be a number from 0 to 9.");
    }
    return level;
  }
}
