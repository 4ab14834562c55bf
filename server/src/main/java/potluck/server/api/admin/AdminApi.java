package potluck.server.api.admin;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import potluck.gateway.account.StandingHistory;
import potluck.gateway.meter.PoolStatistics;
import potluck.gateway.relay.RefusalCounts;
import potluck.gateway.route.RouteRuleStore;
import potluck.server.api.account.AccountApi;
import potluck.server.api.identity.IdentityServices;
import potluck.server.api.usage.UsageServices;
import potluck.server.backup.DoctorChecks;
import potluck.server.backup.LastBackup;
import potluck.server.http.HttpRoute;
import potluck.server.settings.SettingValues;

/**
 * What operators see of the whole server, and the public status.
 *
 * @param doctor runs the checks of {@code ./potluck doctor}
 * @param version of the program
 */
public record AdminApi(
    SettingValues settings,
    StandingHistory standings,
    RefusalCounts refusals,
    PoolStatistics statistics,
    RouteRuleStore routeRules,
    Supplier<List<DoctorChecks.Finding>> doctor,
    Supplier<Optional<LastBackup.Note>> lastBackup,
    String version,
    InstantSource clock) {

  /** All routes of this package. */
  public List<HttpRoute> routes(
      IdentityServices identity, UsageServices usage, AccountApi account) {
    List<HttpRoute> routes = new ArrayList<>();
    routes.addAll(
        new AdminAccountRoutes(
                account.accounts(),
                account.pool(),
                identity.users(),
                usage.servedToday(),
                identity.audit())
            .routes());
    routes.addAll(
        new AdminKeyRoutes(
                identity.apiKeys(), usage.limitBook(), identity.users(), identity.audit())
            .routes());
    routes.addAll(new AdminSettingRoutes(settings).routes());
    routes.addAll(
        new AdminModelRoutes(account.pool(), routeRules, usage.priceBook(), usage.tariff(), clock)
            .routes());
    routes.addAll(
        new PoolReportRoutes(
                standings,
                refusals,
                statistics,
                account.pool(),
                usage.quotas(),
                identity.users(),
                clock)
            .routes());
    routes.addAll(new DoctorRoutes(doctor, lastBackup).routes());
    routes.addAll(
        new StatusRoutes(account.pool(), usage.tariff().groups(), standings, version, clock)
            .routes());
    return routes;
  }
}
