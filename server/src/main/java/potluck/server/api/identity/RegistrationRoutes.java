package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AddressRateLimiter;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Invitations;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.identity.Registration;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Registration, and the invitations for it. */
final class RegistrationRoutes {
  private static final int MAX_TRIES_PER_HOUR = 20;
  private static final int MAX_USES = 1000;
  private static final int MAX_DAYS = 365;
  private static final int DEFAULT_DAYS = 7;

  private final Registration registration;
  private final Invitations invitations;
  private final Users users;
  private final PasswordHasher passwords;
  private final AuthRoutes auth;
  private final Audit audit;
  private final AddressRateLimiter tryLimiter;

  RegistrationRoutes(
      Registration registration,
      Invitations invitations,
      Users users,
      PasswordHasher passwords,
      AuthRoutes auth,
      Audit audit,
      InstantSource clock) {
    this.registration = registration;
    this.invitations = invitations;
    this.users = users;
    this.passwords = passwords;
    this.auth = auth;
    this.audit = audit;
    this.tryLimiter = new AddressRateLimiter(MAX_TRIES_PER_HOUR, Duration.ofHours(1), clock);
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("POST", "/api/auth/register", AccessPolicy.PUBLIC, this::register),
        new HttpRoute("GET", "/api/admin/invitations", AccessPolicy.ADMIN, this::list),
        new HttpRoute("POST", "/api/admin/invitations", AccessPolicy.ADMIN, this::invite),
        new HttpRoute("DELETE", "/api/admin/invitations/{id}", AccessPolicy.ADMIN, this::withdraw));
  }

  record RegisterRequest(
      @Nullable String username, @Nullable String password, @Nullable String invitation) {}

  private void register(Request request) {
    RegisterRequest wanted = request.body(RegisterRequest.class);
    tryLimiter
        .retryAfter(request.address())
        .ifPresent(
            wait -> {
              throw new ApiError(429, MessageKey.TOO_MANY_REGISTRATIONS.text(), wait);
            });
    tryLimiter.recordRefusal(request.address());
    if (!registration.allows(wanted.invitation())) {
      throw notAdmitted();
    }
    String username = CredentialRules.checkUsername(wanted.username());
    String password = CredentialRules.checkPassword(wanted.password());
    if (users.find(username).isPresent()) {
      throw usernameTaken();
    }
    User user =
        registration
            .register(username, passwords.hash(password), wanted.invitation())
            .orElseThrow(
                () -> registration.allows(wanted.invitation()) ? usernameTaken() : notAdmitted());
    audit.record(user.id(), "user.register", "user " + user.id(), "", request.address());
    auth.openSession(request, user);
  }

  private ApiError notAdmitted() {
    return registration.mode() == Registration.Mode.CLOSED
        ? new ApiError(400, MessageKey.REGISTRATION_CLOSED)
        : new ApiError(400, MessageKey.INVITATION_REQUIRED);
  }

  private static ApiError usernameTaken() {
    return new ApiError(409, MessageKey.USERNAME_TAKEN);
  }

  record InviteRequest(@Nullable Integer maxUses, @Nullable Integer expiresInDays) {}

  record InvitationView(
      long id, String preview, @Nullable Integer uses, int usesLeft, @Nullable String expiresAt) {
    static InvitationView of(Invitations.Invitation invitation) {
      return new InvitationView(
          invitation.id(),
          invitation.preview(),
          invitation.uses(),
          invitation.usesLeft(),
          ApiJson.micros(invitation.expiresAt()));
    }
  }

  record CreatedInvitation(String code, InvitationView invitation) {}

  record InvitationList(List<InvitationView> invitations) {}

  private void invite(Request request) {
    InviteRequest wanted =
        request.optionalBody(InviteRequest.class).orElseGet(() -> new InviteRequest(null, null));
    int uses = checkRange("max_uses", wanted.maxUses(), 1, MAX_USES);
    int days = checkRange("expires_in_days", wanted.expiresInDays(), DEFAULT_DAYS, MAX_DAYS);
    Invitations.CreatedInvitation fresh =
        invitations.create(request.caller().user().id(), uses, Duration.ofDays(days));
    request.audit(audit, "invitation.make", "invitation " + fresh.invitation().id(), "");
    request.noStore();
    request.json(201, new CreatedInvitation(fresh.code(), InvitationView.of(fresh.invitation())));
  }

  private static int checkRange(String name, @Nullable Integer value, int defaultValue, int max) {
    int wanted = value == null ? defaultValue : value;
    if (wanted < 1 || wanted > max) {
      throw new ApiError(422, MessageKey.OUT_OF_RANGE_FROM_ONE, name, max);
    }
    return wanted;
  }

  private void list(Request request) {
    request.json(
        new InvitationList(invitations.findUsable().stream().map(InvitationView::of).toList()));
  }

  private void withdraw(Request request) {
    if (!invitations.withdraw(request.number("id"))) {
      throw ApiError.notFound();
    }
    request.audit(audit, "invitation.withdraw", "invitation " + request.value("id"), "");
    request.json(Envelope.message(request.localized(MessageKey.INVITATION_WITHDRAWN)));
  }
}
