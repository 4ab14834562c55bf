package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Invitations;
import potluck.gateway.identity.Passwords;
import potluck.gateway.identity.Refusals;
import potluck.gateway.identity.Registration;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Text;

/** Becoming a user by oneself, and the invitations that let people do so. */
final class RegistrationRoutes {
  private static final int FREE_AN_HOUR = 20;
  private static final int MOST_USES = 1000;
  private static final int MOST_DAYS = 365;
  private static final int USUAL_DAYS = 7;

  private final Registration registration;
  private final Invitations invitations;
  private final Users users;
  private final Passwords passwords;
  private final AuthRoutes auth;
  private final Audit audit;
  private final Refusals tries;

  RegistrationRoutes(
      Registration registration,
      Invitations invitations,
      Users users,
      Passwords passwords,
      AuthRoutes auth,
      Audit audit,
      InstantSource clock) {
    this.registration = registration;
    this.invitations = invitations;
    this.users = users;
    this.passwords = passwords;
    this.auth = auth;
    this.audit = audit;
    this.tries = new Refusals(FREE_AN_HOUR, Duration.ofHours(1), clock);
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/auth/register", Policy.PUBLIC, this::register),
        new Route("GET", "/api/admin/invitations", Policy.ADMIN, this::list),
        new Route("POST", "/api/admin/invitations", Policy.ADMIN, this::invite),
        new Route("DELETE", "/api/admin/invitations/{id}", Policy.ADMIN, this::withdraw));
  }

  record Register(
      @Nullable String username, @Nullable String password, @Nullable String invitation) {}

  private void register(Request request) {
    Register wanted = request.body(Register.class);
    tries
        .wait(request.address())
        .ifPresent(
            wait -> {
              throw new ApiError(
                  429, new Text("注册过于频繁，请稍后再试", "Too many registrations; try again later."), wait);
            });
    tries.add(request.address());
    if (!registration.admits(wanted.invitation())) {
      throw notAdmitted();
    }
    String username = Credentials.username(wanted.username());
    String password = Credentials.password(wanted.password());
    if (users.find(username).isPresent()) {
      throw taken();
    }
    User user =
        registration
            .register(username, passwords.hash(password), wanted.invitation())
            .orElseThrow(() -> registration.admits(wanted.invitation()) ? taken() : notAdmitted());
    audit.record(user.id(), "user.register", "user " + user.id(), "", request.address());
    auth.admit(request, user);
  }

  private ApiError notAdmitted() {
    return registration.mode() == Registration.Mode.CLOSED
        ? new ApiError(400, "此站点未开放注册", "Nobody can register here; ask an administrator.")
        : new ApiError(
            400, "邀请码无效或已过期", "A good invitation is needed; ask an administrator for one.");
  }

  private static ApiError taken() {
    return new ApiError(409, "用户名已存在", "This user name is taken.");
  }

  record Invite(@Nullable Integer maxUses, @Nullable Integer expiresInDays) {}

  record Shown(long id, String preview, int usesLeft, @Nullable String expiresAt) {
    static Shown of(Invitations.Invitation invitation) {
      return new Shown(
          invitation.id(),
          invitation.preview(),
          invitation.usesLeft(),
          Json.micros(invitation.expiresAt()));
    }
  }

  record Made(String code, Shown invitation) {}

  record Listed(List<Shown> invitations) {}

  private void invite(Request request) {
    byte[] body = request.body();
    Invite wanted = body.length == 0 ? new Invite(null, null) : Json.read(body, Invite.class);
    int uses = bounded("max_uses", wanted.maxUses(), 1, MOST_USES);
    int days = bounded("expires_in_days", wanted.expiresInDays(), USUAL_DAYS, MOST_DAYS);
    Invitations.Fresh fresh =
        invitations.make(request.caller().user().id(), uses, Duration.ofDays(days));
    request.audited(audit, "invitation.make", "invitation " + fresh.invitation().id(), "");
    request.noStore();
    request.json(201, new Made(fresh.code(), Shown.of(fresh.invitation())));
  }

  private static int bounded(String name, @Nullable Integer value, int usual, int most) {
    int wanted = value == null ? usual : value;
    if (wanted < 1 || wanted > most) {
      throw new ApiError(
          422, name + " 必须在 1 到 " + most + " 之间", name + " must be from 1 to " + most + ".");
    }
    return wanted;
  }

  private void list(Request request) {
    request.json(new Listed(invitations.open().stream().map(Shown::of).toList()));
  }

  private void withdraw(Request request) {
    if (!invitations.withdraw(request.number("id"))) {
      throw ApiError.notFound();
    }
    request.audited(audit, "invitation.withdraw", "invitation " + request.value("id"), "");
    request.json(new AuthRoutes.Done(request.said("邀请已撤回", "The invitation was withdrawn."), true));
  }
}
