package potluck.server.api.key;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Users;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.LimitStore.Scope;
import potluck.gateway.quota.Teams;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Teams: users who share limits, managed by administrators. */
final class TeamRoutes {
  private final Teams teams;
  private final Users users;
  private final LimitStore limits;
  private final Audit audit;

  TeamRoutes(Teams teams, Users users, LimitStore limits, Audit audit) {
    this.teams = teams;
    this.users = users;
    this.limits = limits;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/teams", AccessPolicy.AUDIT, this::list),
        new HttpRoute("POST", "/api/admin/teams", AccessPolicy.ADMIN, this::create),
        new HttpRoute("DELETE", "/api/admin/teams/{id}", AccessPolicy.ADMIN, this::remove),
        new HttpRoute("GET", "/api/admin/teams/{id}/limits", AccessPolicy.AUDIT, this::limits),
        new HttpRoute("PUT", "/api/admin/teams/{id}/limits", AccessPolicy.ADMIN, this::setLimits),
        new HttpRoute("PUT", "/api/admin/users/{id}/team", AccessPolicy.ADMIN, this::setTeam));
  }

  record TeamView(
      long id, String name, long members, Map<String, Object> limits, @Nullable String createdAt) {}

  private TeamView toView(Teams.Team team) {
    return new TeamView(
        team.id(),
        team.name(),
        team.members(),
        limits.of(scopeOf(team)).toMap(),
        ApiJson.micros(team.createdAt()));
  }

  private static LimitOwner scopeOf(Teams.Team team) {
    return new LimitOwner(Scope.TEAM, team.id());
  }

  private void list(Request request) {
    request.json(Map.of("teams", teams.all().stream().map(this::toView).toList()));
  }

  record CreateTeamRequest(@Nullable String name) {}

  private void create(Request request) {
    @Nullable String name = request.body(CreateTeamRequest.class).name();
    if (name == null || name.isBlank() || name.strip().length() > 50) {
      throw new ApiError(422, MessageKey.INVALID_TEAM_NAME);
    }
    Teams.Team team =
        teams
            .create(name.strip())
            .orElseThrow(() -> new ApiError(409, MessageKey.TEAM_NAME_EXISTS));
    request.audit(audit, "team.made", "team " + team.id(), team.name());
    request.json(201, toView(team));
  }

  private void remove(Request request) {
    Teams.Team team = getTeam(request);
    teams.remove(team.id());
    request.audit(audit, "team.removed", "team " + team.id(), team.name());
    request.json(Envelope.message(request.localized(MessageKey.DELETED)));
  }

  private void limits(Request request) {
    request.json(limits.of(scopeOf(getTeam(request))).toMap());
  }

  private void setLimits(Request request) {
    Teams.Team team = getTeam(request);
    @SuppressWarnings("unchecked")
    Map<String, Object> given = request.body(Map.class);
    limits.set(scopeOf(team), ApiKeyRoutes.limits(given));
    request.audit(audit, "team.limits", "team " + team.id(), String.valueOf(given));
    limits(request);
  }

  record SetTeamRequest(@Nullable Long teamId) {}

  private void setTeam(Request request) {
    long user = users.find(request.number("id")).orElseThrow(ApiError::notFound).id();
    @Nullable Long team = request.body(SetTeamRequest.class).teamId();
    if (!teams.assign(user, team)) {
      throw new ApiError(422, MessageKey.TEAM_NOT_FOUND);
    }
    request.audit(audit, "user.team", "user " + user, String.valueOf(team));
    request.json(new SetTeamRequest(team));
  }

  private Teams.Team getTeam(Request request) {
    return teams.find(request.number("id")).orElseThrow(ApiError::notFound);
  }
}
