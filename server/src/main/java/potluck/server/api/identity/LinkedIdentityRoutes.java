package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.login.ExternalIdentity;
import potluck.gateway.login.ExternalLogins;
import potluck.gateway.login.IdentityProvider;
import potluck.gateway.login.LinkedIdentities;
import potluck.gateway.login.LoginFailed;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/auth/identities}: identities of external providers that a user links and unlinks. */
final class LinkedIdentityRoutes {
  private final ExternalLogins logins;
  private final LinkedIdentities identities;
  private final ExternalLoginRoutes loginRoutes;
  private final Audit audit;

  LinkedIdentityRoutes(
      ExternalLogins logins,
      LinkedIdentities identities,
      ExternalLoginRoutes beginnings,
      Audit audit) {
    this.logins = logins;
    this.identities = identities;
    this.loginRoutes = beginnings;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/auth/identities", AccessPolicy.USER, this::list),
        new HttpRoute(
            "GET", "/api/auth/identities/{provider}/login", AccessPolicy.USER, this::begin),
        new HttpRoute("POST", "/api/auth/identities", AccessPolicy.USER, this::link),
        new HttpRoute("DELETE", "/api/auth/identities/{id}", AccessPolicy.USER, this::unlink));
  }

  /**
   * A linked identity.
   *
   * @param name of the provider; its id if it is not configured any more
   */
  record IdentityView(String id, String provider, String name, @Nullable String createdAt) {}

  /**
   * All linked identities of a user.
   *
   * @param hasPassword whether the user can also log in with a password
   */
  record IdentityList(List<IdentityView> identities, boolean hasPassword) {}

  private void list(Request request) {
    User user = request.caller().user();
    request.json(
        new IdentityList(
            identities.findByUser(user.id()).stream().map(this::toView).toList(),
            user.passwordHash() != null));
  }

  private IdentityView toView(LinkedIdentities.LinkedIdentity linked) {
    return new IdentityView(
        linked.id().toString(),
        linked.provider(),
        logins.find(linked.provider()).map(IdentityProvider::name).orElse(linked.provider()),
        ApiJson.micros(linked.createdAt()));
  }

  private void begin(Request request) {
    loginRoutes.begin(request, request.value("provider"), request.caller().user().id());
  }

  private void link(Request request) {
    ExternalLoginRoutes.Callback callback = request.body(ExternalLoginRoutes.Callback.class);
    User user = request.caller().user();
    @Nullable String code = callback.code();
    @Nullable String state = callback.state();
    if (code == null || state == null) {
      throw new ApiError(400, MessageKey.CODE_AND_STATE_REQUIRED);
    }
    IdentityProvider provider;
    ExternalIdentity identity;
    try {
      provider =
          logins
              .findByState(state)
              .orElseThrow(() -> new LoginFailed(LoginFailed.Reason.NOT_STARTED));
      String browser = request.cookie(ExternalLoginRoutes.cookieName(request, state));
      identity = logins.finish(provider, code, state, browser, callback.iss(), user.id());
    } catch (LoginFailed e) {
      throw ExternalLoginRoutes.toApiError(e);
    }
    LinkedIdentities.LinkedIdentity linked =
        identities
            .link(provider.id(), identity, user.id())
            .orElseThrow(() -> new ApiError(409, MessageKey.IDENTITY_OF_ANOTHER_USER));
    request.audit(audit, "identity.linked", provider.id(), "");
    request.json(201, toView(linked));
  }

  private void unlink(Request request) {
    User user = request.caller().user();
    switch (identities.unlink(user.id(), request.value("id"))) {
      case UNKNOWN -> throw ApiError.notFound();
      case LAST_LOGIN_METHOD -> throw new ApiError(409, MessageKey.LAST_WAY_TO_LOG_IN);
      case DONE -> {
        request.audit(audit, "identity.unlinked", request.value("id"), "");
        request.json(Envelope.message(request.localized(MessageKey.IDENTITY_UNLINKED)));
      }
    }
  }
}
