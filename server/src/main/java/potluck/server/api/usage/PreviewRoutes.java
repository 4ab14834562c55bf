package potluck.server.api.usage;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Tokens;
import potluck.gateway.meter.Tariff;
import potluck.gateway.quota.Quotas;
import potluck.gateway.relay.Ceiling;
import potluck.gateway.relay.Counting;
import potluck.gateway.route.Routes;
import potluck.server.api.model.Along;
import potluck.server.api.model.Posed;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** What a request would cost, before it is sent: the body is the request itself. */
final class PreviewRoutes {
  private final Counting counting;
  private final Routes routes;
  private final Tariff tariff;
  private final Quotas quotas;
  private final InstantSource clock;

  PreviewRoutes(
      Counting counting, Routes routes, Tariff tariff, Quotas quotas, InstantSource clock) {
    this.counting = counting;
    this.routes = routes;
    this.tariff = tariff;
    this.quotas = quotas;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(new Route("POST", "/api/usage/preview", Policy.MODEL, this::preview));
  }

  /** In USD, and in quota; nulls where the model has no price. */
  record Bounds(@Nullable BigDecimal cost, String quota) {}

  record Preview(
      String model,
      long inputTokens,
      String countedBy,
      long mostOutputTokens,
      Bounds least,
      Bounds most,
      @Nullable String quotaLeft) {}

  private void preview(Request request) {
    Posed posed = Posed.of(request);
    Ask ask = posed.ask();
    Counting.Counted counted =
        counting.count(
            new Counting.Question(
                request.caller(),
                posed.dialect(),
                posed.model(),
                Along.forwarded(request),
                posed.body()));
    String served = routes.model(ask.model());
    long output = Ceiling.mostOutput(ask);
    String group = tariff.groups().of(served);
    request.json(
        new UsageRoutes.Wrapped(
            true,
            new Preview(
                ask.model(),
                counted.tokens(),
                counted.exact() ? "upstream" : "estimate",
                output,
                bounds(new Tokens(counted.tokens(), counted.tokens(), 0, 0, 0), served),
                bounds(new Tokens(counted.tokens(), 0, 0, output, 0), served),
                quotas.of(request.caller().user().id(), List.of(served)).stream()
                    .filter(view -> view.group().equals(group))
                    .map(view -> Amounts.text(view.left()))
                    .findFirst()
                    .orElse(null))));
  }

  private Bounds bounds(Tokens tokens, String model) {
    OptionalLong cost = tariff.cost(tokens, model, null, clock.instant());
    return new Bounds(
        cost.isEmpty() ? null : BigDecimal.valueOf(cost.getAsLong(), 6),
        Amounts.text(tariff.charge(tokens, cost)));
  }
}
