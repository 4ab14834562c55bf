package potluck.server.api.key;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.Users;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.LimitBook.Scope;
import potluck.gateway.quota.LimitBook.Whose;
import potluck.gateway.quota.Teams;
import potluck.server.api.identity.AuthRoutes;
import potluck.server.http.ApiError;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** Users who share limits, as administrators make them. */
final class TeamRoutes {
  private final Teams teams;
  private final Users users;
  private final LimitBook limits;
  private final Audit audit;

  TeamRoutes(Teams teams, Users users, LimitBook limits, Audit audit) {
    this.teams = teams;
    this.users = users;
    this.limits = limits;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/admin/teams", Policy.AUDIT, this::list),
        new Route("POST", "/api/admin/teams", Policy.ADMIN, this::make),
        new Route("DELETE", "/api/admin/teams/{id}", Policy.ADMIN, this::remove),
        new Route("GET", "/api/admin/teams/{id}/limits", Policy.AUDIT, this::limits),
        new Route("PUT", "/api/admin/teams/{id}/limits", Policy.ADMIN, this::limit),
        new Route("PUT", "/api/admin/users/{id}/team", Policy.ADMIN, this::put));
  }

  record Shown(
      long id, String name, long members, Map<String, Object> limits, @Nullable String createdAt) {}

  private Shown shown(Teams.Team team) {
    return new Shown(
        team.id(),
        team.name(),
        team.members(),
        limits.of(whose(team)).shown(),
        Json.micros(team.createdAt()));
  }

  private static Whose whose(Teams.Team team) {
    return new Whose(Scope.TEAM, team.id());
  }

  private void list(Request request) {
    request.json(Map.of("teams", teams.all().stream().map(this::shown).toList()));
  }

  record Wanted(@Nullable String name) {}

  private void make(Request request) {
    @Nullable String name = request.body(Wanted.class).name();
    if (name == null || name.isBlank() || name.strip().length() > 50) {
      throw new ApiError(422, "name 必须是 1 到 50 个字符", "name must have 1 to 50 characters.");
    }
    Teams.Team team =
        teams
            .make(name.strip())
            .orElseThrow(() -> new ApiError(409, "该名称已被使用", "There is a team of that name."));
    request.audited(audit, "team.made", "team " + team.id(), team.name());
    request.json(201, shown(team));
  }

  private void remove(Request request) {
    Teams.Team team = team(request);
    teams.remove(team.id());
    request.audited(audit, "team.removed", "team " + team.id(), team.name());
    request.json(new AuthRoutes.Done(request.said("已删除", "Deleted."), true));
  }

  private void limits(Request request) {
    request.json(limits.of(whose(team(request))).shown());
  }

  private void limit(Request request) {
    Teams.Team team = team(request);
    @SuppressWarnings("unchecked")
    Map<String, Object> given = request.body(Map.class);
    limits.set(whose(team), ApiKeyRoutes.limits(given));
    request.audited(audit, "team.limits", "team " + team.id(), String.valueOf(given));
    limits(request);
  }

  record Put(@Nullable Long teamId) {}

  private void put(Request request) {
    long user = users.find(request.number("id")).orElseThrow(ApiError::notFound).id();
    @Nullable Long team = request.body(Put.class).teamId();
    if (!teams.put(user, team)) {
      throw new ApiError(422, "没有这个团队", "There is no such team.");
    }
    request.audited(audit, "user.team", "user " + user, String.valueOf(team));
    request.json(new Put(team));
  }

  private Teams.Team team(Request request) {
    return teams.find(request.number("id")).orElseThrow(ApiError::notFound);
  }
}
