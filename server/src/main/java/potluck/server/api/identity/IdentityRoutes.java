package potluck.server.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.login.Identities;
import potluck.gateway.login.LoginFailed;
import potluck.gateway.login.LoginProvider;
import potluck.gateway.login.Logins;
import potluck.gateway.login.Who;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** {@code /api/auth/identities}: logins of other houses that a user adds and takes away. */
final class IdentityRoutes {
  private final Logins logins;
  private final Identities identities;
  private final LoginRoutes beginnings;
  private final Audit audit;

  IdentityRoutes(Logins logins, Identities identities, LoginRoutes beginnings, Audit audit) {
    this.logins = logins;
    this.identities = identities;
    this.beginnings = beginnings;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/auth/identities", Policy.USER, this::list),
        new Route("GET", "/api/auth/identities/{provider}/login", Policy.USER, this::begin),
        new Route("POST", "/api/auth/identities", Policy.USER, this::link),
        new Route("DELETE", "/api/auth/identities/{id}", Policy.USER, this::unlink));
  }

  /**
   * @param name of the house; its id where it is not known any more
   */
  record Shown(String id, String provider, String name, @Nullable String createdAt) {}

  /**
   * @param hasPassword whether the user can log in without any of them
   */
  record Linked(List<Shown> identities, boolean hasPassword) {}

  private void list(Request request) {
    User user = request.caller().user();
    request.json(
        new Linked(
            identities.of(user.id()).stream().map(this::shown).toList(),
            user.passwordHash() != null));
  }

  private Shown shown(Identities.Linked linked) {
    return new Shown(
        linked.id().toString(),
        linked.provider(),
        logins.find(linked.provider()).map(LoginProvider::name).orElse(linked.provider()),
        Json.micros(linked.createdAt()));
  }

  private void begin(Request request) {
    beginnings.begin(request, request.value("provider"), request.caller().user().id());
  }

  private void link(Request request) {
    LoginRoutes.Callback callback = request.body(LoginRoutes.Callback.class);
    User user = request.caller().user();
    @Nullable String code = callback.code();
    @Nullable String state = callback.state();
    if (code == null || state == null) {
      throw new ApiError(400, "需要 code 和 state", "Both code and state are needed.");
    }
    LoginProvider house;
    Who who;
    try {
      house = logins.begunWith(state).orElseThrow(() -> new LoginFailed(LoginFailed.Why.NOT_BEGUN));
      String browser = request.cookie(LoginRoutes.cookieName(request, state));
      who = logins.finish(house, code, state, browser, callback.iss(), user.id());
    } catch (LoginFailed e) {
      throw LoginRoutes.failed(e);
    }
    Identities.Linked linked =
        identities
            .link(house.id(), who, user.id())
            .orElseThrow(
                () ->
                    new ApiError(
                        409,
                        "该身份已属于另一个用户",
                        "That login belongs to another user here; unlink it there first."));
    request.audited(audit, "identity.linked", house.id(), "");
    request.json(201, shown(linked));
  }

  private void unlink(Request request) {
    User user = request.caller().user();
    switch (identities.unlink(user.id(), request.value("id"))) {
      case UNKNOWN -> throw ApiError.notFound();
      case LAST ->
          throw new ApiError(
              409,
              "这是唯一的登录方式，请先设置密码或关联其他身份",
              "It is the only way in that you have: set a password or link another one first.");
      case DONE -> {
        request.audited(audit, "identity.unlinked", request.value("id"), "");
        request.json(new AuthRoutes.Done(request.said("已解除关联", "The login was unlinked."), true));
      }
    }
  }
}
