package potluck.server.api.model;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.account.Account;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.key.Caller;
import potluck.gateway.meter.Tariff;
import potluck.gateway.pool.Choice;
import potluck.gateway.pool.Explanation;
import potluck.gateway.pool.Explanation.Candidate;
import potluck.gateway.pool.LeaseRequest;
import potluck.gateway.pool.Pool;
import potluck.gateway.relay.MaxCostCheck;
import potluck.gateway.route.Router;
import potluck.server.api.account.AccountNames;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.http.Surface;

/**
 * Which account would serve a request now, and why. The body is the request itself. The numbers are
 * those of the pool's own choice. Accounts of others appear with an alias instead of their id.
 */
final class ExplainRoutes {
  private static final int BYTES_PER_TOKEN = 4;

  /** Obstacles that are not shown for accounts of others. */
  private static final Set<Obstacle> PRIVATE = Set.of(Obstacle.FOREIGN, Obstacle.OFF);

  private final Router routes;
  private final Pool pool;
  private final AccountNames names;
  private final Tariff tariff;
  private final InstantSource clock;

  ExplainRoutes(Router routes, Pool pool, AccountNames names, Tariff tariff, InstantSource clock) {
    this.names = names;
    this.routes = routes;
    this.pool = pool;
    this.tariff = tariff;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute(
            "POST", "/v1/route/explain", AccessPolicy.MODEL, Surface.OPENAI, this::explain));
  }

  record CandidateView(
      String account,
      @Nullable String name,
      @Nullable String owner,
      String provider,
      String model,
      boolean own,
      boolean preferred,
      int priority,
      int weight,
      int running,
      int maxConcurrency,
      boolean able,
      @Nullable String obstacle,
      @Nullable String why,
      @Nullable Double backInSeconds,
      Choice.Terms terms) {}

  record ExplainResponse(
      String model,
      List<String> legs,
      @Nullable String chosen,
      List<CandidateView> candidates,
      int leftOutUnseen,
      long waiting,
      double expectedWaitSeconds,
      long inputTokens,
      @Nullable BigDecimal costAtMost) {}

  private void explain(Request request) {
    DryRunRequest dryRun = DryRunRequest.of(request);
    Ask ask = dryRun.ask();
    Caller caller = request.caller();
    var route = routes.find(caller, ask.model(), null);
    long tokens = dryRun.body().length / BYTES_PER_TOKEN;
    Explanation explanation =
        pool.explain(new LeaseRequest(route, caller, Set.of(), ask.affinity(), tokens));
    List<CandidateView> shown =
        explanation.candidates().stream()
            .map(candidate -> toView(candidate, caller))
            .filter(Objects::nonNull)
            .toList();
    request.json(
        new ExplainResponse(
            ask.model(),
            route.legs().stream().map(leg -> leg.model()).toList(),
            shown.stream()
                .filter(CandidateView::able)
                .map(CandidateView::account)
                .findFirst()
                .orElse(null),
            shown,
            explanation.candidates().size() - shown.size(),
            explanation.waiting(),
            explanation.expectedWait().toMillis() / 1000.0,
            tokens,
            cost(tokens, MaxCostCheck.maxOutputTokens(ask), route.legs().getFirst().model())));
  }

  private @Nullable BigDecimal cost(long tokens, long output, String model) {
    OptionalLong cost =
        tariff.cost(new TokenUsage(tokens, 0, 0, output, 0), model, model, null, clock.instant());
    return cost.isEmpty() ? null : BigDecimal.valueOf(cost.getAsLong(), 6);
  }

  private @Nullable CandidateView toView(Candidate candidate, Caller caller) {
    Account account = candidate.account();
    boolean own = account.owner() == caller.user().id();
    boolean open = own || caller.user().mayAudit();
    AccountNames.Shown seen = names.show(account, caller.user());
    @Nullable Obstacle obstacle = candidate.obstacle();
    if (!open && obstacle != null && (PRIVATE.contains(obstacle) || !account.shared())) {
      return null;
    }
    return new CandidateView(
        seen.alias(),
        seen.name(),
        seen.owner(),
        account.provider(),
        candidate.model(),
        own,
        candidate.preferred(),
        account.priority(),
        account.weight(),
        candidate.running(),
        account.maxConcurrency(),
        obstacle == null,
        obstacle == null ? null : obstacle.name().toLowerCase(Locale.ROOT),
        obstacle == null ? null : obstacle.description(),
        candidate.availableIn() == null ? null : candidate.availableIn().toMillis() / 1000.0,
        candidate.terms());
  }
}
