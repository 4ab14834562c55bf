package potluck.server.api.usage;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.meter.Tariff;
import potluck.gateway.quota.Quotas;
import potluck.gateway.relay.MaxCostCheck;
import potluck.gateway.relay.TokenCounter;
import potluck.gateway.route.Router;
import potluck.server.api.model.DryRunRequest;
import potluck.server.api.model.ForwardedHeaders;
import potluck.server.http.AccessPolicy;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** What a request would cost before it is sent. The body is the request itself. */
final class PreviewRoutes {
  private final TokenCounter counting;
  private final Router routes;
  private final Tariff tariff;
  private final Quotas quotas;
  private final InstantSource clock;

  PreviewRoutes(
      TokenCounter counting, Router routes, Tariff tariff, Quotas quotas, InstantSource clock) {
    this.counting = counting;
    this.routes = routes;
    this.tariff = tariff;
    this.quotas = quotas;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("POST", "/api/usage/preview", AccessPolicy.MODEL, this::preview));
  }

  /** In USD and in quota; null if the model has no price. */
  record CostBound(@Nullable BigDecimal cost, String quota) {}

  record Preview(
      String model,
      long inputTokens,
      String countedBy,
      long mostOutputTokens,
      CostBound least,
      CostBound most,
      @Nullable String quotaLeft) {}

  private void preview(Request request) {
    DryRunRequest dryRun = DryRunRequest.of(request);
    Ask ask = dryRun.ask();
    TokenCounter.TokenCountResult counted =
        counting.count(
            new TokenCounter.CountRequest(
                request.caller(),
                dryRun.dialect(),
                dryRun.model(),
                ForwardedHeaders.forwarded(request),
                dryRun.body()));
    String served = routes.resolveModel(ask.model());
    long output = MaxCostCheck.maxOutputTokens(ask);
    String group = tariff.groups().of(served);
    request.json(
        Envelope.data(
            new Preview(
                ask.model(),
                counted.tokens(),
                counted.exact() ? "upstream" : "estimate",
                output,
                bounds(new TokenUsage(counted.tokens(), counted.tokens(), 0, 0, 0), served),
                bounds(new TokenUsage(counted.tokens(), 0, 0, output, 0), served),
                quotas.findByUser(request.caller().user().id(), List.of(served)).stream()
                    .filter(view -> view.group().equals(group))
                    .map(view -> QuotaAmounts.text(view.left()))
                    .findFirst()
                    .orElse(null))));
  }

  private CostBound bounds(TokenUsage tokens, String model) {
    OptionalLong cost = tariff.cost(tokens, model, model, null, clock.instant());
    return new CostBound(
        cost.isEmpty() ? null : BigDecimal.valueOf(cost.getAsLong(), 6),
        QuotaAmounts.text(tariff.charge(tokens, cost)));
  }
}
