package potluck.server.api.identity;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.SessionQueries;
import potluck.gateway.identity.User;
import potluck.gateway.identity.UserAdmin;
import potluck.gateway.identity.UserSummaries;
import potluck.gateway.identity.Users;
import potluck.gateway.plugin.PoolBackend;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/admin/users}: administration of users. */
final class UserRoutes {
  private static final int MAX_TRUST_LEVEL = 9;

  private final Users users;
  private final UserAdmin userAdmin;
  private final UserSummaries summaries;
  private final ResetLinks links;
  private final PasswordHasher passwords;
  private final SessionQueries devices;
  private final Audit audit;
  private final PoolBackend plugin;
  private final String publicUrl;

  /**
   * @param publicUrl what links begin with; empty for links that begin with a slash
   */
  UserRoutes(
      Users users,
      UserAdmin userAdmin,
      UserSummaries summaries,
      ResetLinks links,
      PasswordHasher passwords,
      SessionQueries devices,
      Audit audit,
      PoolBackend plugin,
      String publicUrl) {
    this.plugin = plugin;
    this.publicUrl = publicUrl;
    this.devices = devices;
    this.audit = audit;
    this.users = users;
    this.userAdmin = userAdmin;
    this.summaries = summaries;
    this.links = links;
    this.passwords = passwords;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/users", AccessPolicy.AUDIT, this::list),
        new HttpRoute("POST", "/api/admin/users", AccessPolicy.ADMIN, this::add),
        new HttpRoute(
            "GET",
            "/api/admin/users/{id}",
            AccessPolicy.AUDIT,
            request -> request.json(AuthRoutes.UserView.of(getUser(request)))),
        new HttpRoute("PATCH", "/api/admin/users/{id}", AccessPolicy.ADMIN, this::change),
        new HttpRoute("DELETE", "/api/admin/users/{id}", AccessPolicy.ADMIN, this::delete),
        new HttpRoute("GET", "/api/admin/users/{id}/sessions", AccessPolicy.AUDIT, this::sessions),
        new HttpRoute(
            "DELETE",
            "/api/admin/users/{id}/sessions/{session}",
            AccessPolicy.ADMIN,
            this::endSession),
        new HttpRoute(
            "POST", "/api/admin/users/{id}/reset-link", AccessPolicy.ADMIN, this::resetLink));
  }

  record TeamRef(long id, @Nullable String name) {}

  /**
   * A user with what operators want to know.
   *
   * @param role disabled, silenced, administrator, auditor or member: the first that applies
   * @param team null without a team
   * @param shares accounts that the user shares
   * @param keys active API keys
   * @param lastSeenAt the last login, refresh or use of a key; null if never
   */
  record UserSummary(
      @JsonUnwrapped AuthRoutes.UserView user,
      String role,
      @Nullable TeamRef team,
      long shares,
      long keys,
      @Nullable String lastSeenAt) {
    static UserSummary of(UserSummaries.Summary summary) {
      return new UserSummary(
          AuthRoutes.UserView.of(summary.user()),
          summary.role().name().toLowerCase(Locale.ROOT),
          summary.teamId() == null ? null : new TeamRef(summary.teamId(), summary.teamName()),
          summary.shares(),
          summary.keys(),
          ApiJson.micros(summary.lastSeenAt()));
    }
  }

  record UserList(List<UserSummary> users, long total) {}

  /** Without a password, the user gets in by a reset link. */
  record AddUserRequest(
      @Nullable String username, @Nullable String password, @Nullable Integer trustLevel) {}

  record Change(
      @Nullable Boolean isActive,
      @Nullable Boolean isSilenced,
      @Nullable Integer trustLevel,
      @Nullable Boolean isAuditor) {}

  record ResetLinkResponse(String token, String url) {}

  private void list(Request request) {
    @Nullable String search = request.query("search");
    UserSummaries.Page page =
        summaries.page(
            new UserSummaries.Filter(search == null ? "" : search, role(request), team(request)),
            request.query("limit", 50, 1, 200),
            request.query("offset", 0, 0, Integer.MAX_VALUE));
    request.json(new UserList(page.users().stream().map(UserSummary::of).toList(), page.total()));
  }

  private static UserSummaries.@Nullable Role role(Request request) {
    @Nullable String word = request.query("role");
    if (word == null || word.isEmpty()) {
      return null;
    }
    return Arrays.stream(UserSummaries.Role.values())
        .filter(role -> role.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() -> new ApiError(422, MessageKey.INVALID_ROLE));
  }

  private static @Nullable Long team(Request request) {
    long team = request.query("team", 0, 1, Long.MAX_VALUE);
    return team == 0 ? null : team;
  }

  private void add(Request request) {
    AddUserRequest add = request.body(AddUserRequest.class);
    String username = CredentialRules.checkUsername(add.username());
    @Nullable Integer level = checkTrustLevel(add.trustLevel());
    @Nullable String hash =
        add.password() == null
            ? null
            : passwords.hash(CredentialRules.checkPassword(add.password()));
    User user =
        users
            .add(username, hash, level == null ? 1 : level)
            .orElseThrow(() -> new ApiError(409, MessageKey.USERNAME_TAKEN));
    plugin.onLogin(user);
    request.audit(audit, "user.add", "user " + user.id(), user.username());
    request.json(201, AuthRoutes.UserView.of(user));
  }

  private void change(Request request) {
    Change change = request.body(Change.class);
    long id = request.number("id");
    @Nullable Integer level = checkTrustLevel(change.trustLevel());
    boolean endsAccess =
        Boolean.FALSE.equals(change.isActive())
            || (level != null && level < User.ADMIN_TRUST_LEVEL);
    if (endsAccess) {
      refuseSelf(request, id);
    }
    User changed =
        userAdmin
            .change(
                id,
                new UserAdmin.Change(
                    change.isActive(), change.isSilenced(), level, change.isAuditor()))
            .orElseThrow(ApiError::notFound);
    request.audit(audit, "user.change", "user " + id, String.valueOf(change));
    request.json(AuthRoutes.UserView.of(changed));
  }

  /** Keeps at least one administrator: the one who asks. */
  private static void refuseSelf(Request request, long id) {
    if (id == request.caller().user().id()) {
      throw new ApiError(400, MessageKey.NOT_ON_YOURSELF);
    }
  }

  private void delete(Request request) {
    User gone = getUser(request);
    refuseSelf(request, gone.id());
    users.remove(gone.id());
    request.audit(audit, "user.delete", "user " + gone.id(), gone.username());
    request.json(Envelope.message(request.localized(MessageKey.USER_DELETED)));
  }

  private void sessions(Request request) {
    request.json(SessionRoutes.toList(devices.findActive(getUser(request).id()), null));
  }

  private void endSession(Request request) {
    long id = getUser(request).id();
    if (!devices.end(id, SessionRoutes.parseId(request.value("session")))) {
      throw ApiError.notFound();
    }
    request.audit(audit, "session.end", "user " + id, request.value("session"));
    request.json(Envelope.message(request.localized(MessageKey.SESSION_ENDED)));
  }

  private void resetLink(Request request) {
    User owner = getUser(request);
    String token = links.create(owner.id());
    request.audit(audit, "user.reset-link", "user " + owner.id(), "");
    request.noStore();
    // In the fragment, so that no server on the way logs it.
    request.json(new ResetLinkResponse(token, publicUrl + "/reset#" + token));
  }

  private User getUser(Request request) {
    return users.find(request.number("id")).orElseThrow(ApiError::notFound);
  }

  private static @Nullable Integer checkTrustLevel(@Nullable Integer level) {
    if (level != null && (level < 0 || level > MAX_TRUST_LEVEL)) {
      throw new ApiError(422, MessageKey.INVALID_TRUST_LEVEL);
    }
    return level;
  }
}
