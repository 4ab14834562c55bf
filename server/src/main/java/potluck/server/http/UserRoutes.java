package potluck.server.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Roster;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;

/** {@code /api/admin/users}: who there is, and what administrators do about them. */
final class UserRoutes {
  private static final int HIGHEST_LEVEL = 9;

  private final Users users;
  private final Roster roster;
  private final ResetLinks links;
  private final Passwords passwords;

  UserRoutes(Users users, Roster roster, ResetLinks links, Passwords passwords) {
    this.users = users;
    this.roster = roster;
    this.links = links;
    this.passwords = passwords;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/admin/users", Policy.ADMIN, this::list),
        new Route("POST", "/api/admin/users", Policy.ADMIN, this::add),
        new Route(
            "GET",
            "/api/admin/users/{id}",
            Policy.ADMIN,
            request -> request.json(AuthRoutes.Me.of(user(request)))),
        new Route("PATCH", "/api/admin/users/{id}", Policy.ADMIN, this::change),
        new Route("POST", "/api/admin/users/{id}/reset-link", Policy.ADMIN, this::resetLink));
  }

  record Listed(List<AuthRoutes.Me> users, long total) {}

  /** Without a password the user is let in by a reset link. */
  record Add(@Nullable String username, @Nullable String password, @Nullable Integer trustLevel) {}

  record Change(
      @Nullable Boolean isActive, @Nullable Boolean isSilenced, @Nullable Integer trustLevel) {}

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
    request.json(201, AuthRoutes.Me.of(user));
  }

  private void change(Request request) {
    Change change = request.body(Change.class);
    long id = request.number("id");
    @Nullable Integer level = level(change.trustLevel());
    boolean shutsOut =
        Boolean.FALSE.equals(change.isActive()) || (level != null && level < User.ADMIN);
    // So there is always one administrator left: the one who asks.
    if (shutsOut && id == request.caller().user().id()) {
      throw new ApiError(
          400, "不能禁用或降级自己", "You cannot disable yourself or take your own rights away.");
    }
    request.json(
        AuthRoutes.Me.of(
            roster
                .change(id, new Roster.Change(change.isActive(), change.isSilenced(), level))
                .orElseThrow(ApiError::notFound)));
  }

  private void resetLink(Request request) {
    String token = links.make(user(request).id());
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
