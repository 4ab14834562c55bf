package potluck.server.api.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.StandingHistory;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.meter.PoolStatistics;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.Quotas;
import potluck.gateway.relay.RefusalCounts;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** {@code /api/admin/pool}: how the pool stood and served in the last hours. */
final class PoolReportRoutes {
  private static final int MAX_HOURS = 24 * 7;

  private final StandingHistory standings;
  private final RefusalCounts refusals;
  private final PoolStatistics statistics;
  private final Pool pool;
  private final Quotas quotas;
  private final Users users;
  private final InstantSource clock;

  PoolReportRoutes(
      StandingHistory standings,
      RefusalCounts refusals,
      PoolStatistics statistics,
      Pool pool,
      Quotas quotas,
      Users users,
      InstantSource clock) {
    this.standings = standings;
    this.refusals = refusals;
    this.statistics = statistics;
    this.pool = pool;
    this.quotas = quotas;
    this.users = users;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("GET", "/api/admin/pool", AccessPolicy.AUDIT, this::report));
  }

  record SpanView(@Nullable String from, @Nullable String to, String standing) {}

  /**
   * How one account stood.
   *
   * @param name null if the account was deleted
   * @param owner null if the owner was deleted
   */
  record StripView(
      String account,
      @Nullable String name,
      @Nullable String owner,
      String provider,
      List<SpanView> spans) {}

  record GapView(String provider, @Nullable String from, @Nullable String to) {}

  /**
   * The report.
   *
   * @param gaps times in which a provider had accounts that were on, and no ready one
   * @param failovers second and later tries
   * @param rests how often an account began to rest
   * @param holds requests for which this node holds quota now
   */
  record PoolReport(
      @Nullable String asOf,
      @Nullable String from,
      List<StripView> strips,
      List<GapView> gaps,
      List<RefusalCounts.Count> refusals,
      List<PoolStatistics.FirstToken> firstToken,
      PoolStatistics.Fairness fairness,
      long failovers,
      long rests,
      int holds) {}

  private void report(Request request) {
    long hours = request.query("hours", 24, 1, MAX_HOURS);
    Instant now = clock.instant();
    Instant from = now.minus(Duration.ofHours(hours));
    List<StandingHistory.Strip> strips = standings.strips(from, now);
    PoolStatistics.Report sums = statistics.since(from);
    request.json(
        new PoolReport(
            ApiJson.seconds(now),
            ApiJson.seconds(from),
            strips.stream().map(this::show).toList(),
            gaps(strips),
            refusals.since(from),
            sums.firstToken(),
            sums.fairness(),
            sums.failovers(),
            strips.stream()
                .flatMap(strip -> strip.spans().stream())
                .filter(span -> span.standing().equals("resting") && span.from().isAfter(from))
                .count(),
            quotas.holdsOpen()));
  }

  private StripView show(StandingHistory.Strip strip) {
    return new StripView(
        strip.account(),
        pool.state(new AccountId(strip.account()))
            .map(state -> state.account().name())
            .orElse(null),
        users.find(strip.owner()).map(User::username).orElse(null),
        strip.provider(),
        strip.spans().stream()
            .map(
                span ->
                    new SpanView(
                        ApiJson.seconds(span.from()), ApiJson.seconds(span.to()), span.standing()))
            .toList());
  }

  private static List<GapView> gaps(List<StandingHistory.Strip> strips) {
    Map<String, List<StandingHistory.Strip>> byProvider = new HashMap<>();
    strips.forEach(
        strip -> byProvider.computeIfAbsent(strip.provider(), _ -> new ArrayList<>()).add(strip));
    List<GapView> gaps = new ArrayList<>();
    byProvider.keySet().stream()
        .sorted()
        .forEach(
            provider ->
                StandingGaps.of(byProvider.getOrDefault(provider, List.of()))
                    .forEach(
                        gap ->
                            gaps.add(
                                new GapView(
                                    provider,
                                    ApiJson.seconds(gap.from()),
                                    ApiJson.seconds(gap.to())))));
    return gaps;
  }
}
