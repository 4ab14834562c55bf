package potluck.server.api.admin;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Standing;
import potluck.gateway.account.StandingReason;
import potluck.gateway.meter.Price;
import potluck.gateway.meter.PriceFile;
import potluck.gateway.meter.PriceList;
import potluck.gateway.meter.PriceStore;
import potluck.gateway.meter.Tariff;
import potluck.gateway.pool.Pool;
import potluck.gateway.route.RouteRuleStore;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** {@code /api/admin/models}: every model of the pool, its accounts, its price and its names. */
final class AdminModelRoutes {
  private static final double PICO_PER_MICRO = 1e6;

  private final Pool pool;
  private final RouteRuleStore routes;
  private final PriceStore priceStore;
  private final Tariff tariff;
  private final InstantSource clock;
  private final Set<PriceList.Entry> builtIn = Set.copyOf(PriceFile.shipped());

  AdminModelRoutes(
      Pool pool, RouteRuleStore routes, PriceStore priceStore, Tariff tariff, InstantSource clock) {
    this.pool = pool;
    this.routes = routes;
    this.priceStore = priceStore;
    this.tariff = tariff;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("GET", "/api/admin/models", AccessPolicy.AUDIT, this::list));
  }

  /**
   * A price in USD per million tokens.
   *
   * @param origin built in, file or set
   */
  record PriceView(double input, double cached, double written, double output, String origin) {}

  /**
   * A model.
   *
   * @param ready accounts that are ready
   * @param of accounts that serve it, without those that are off
   * @param until when the first account is ready again; null if one is ready or it is unknown
   * @param group whose quota it takes
   * @param price null if it has no price
   * @param aliases the names of the routes that lead to it
   */
  record ModelView(
      String model,
      int ready,
      int of,
      @Nullable String until,
      String group,
      @Nullable PriceView price,
      List<String> aliases) {}

  record ModelList(List<ModelView> models) {}

  private void list(Request request) {
    SortedMap<String, List<Pool.State>> byModel = new TreeMap<>();
    for (Pool.State state : pool.states()) {
      for (String model : state.account().allModels()) {
        List<Pool.State> serving = byModel.computeIfAbsent(model, _ -> new ArrayList<>());
        if (state.account().enabled() && state.account().serves(model)) {
          serving.add(state);
        }
      }
    }
    Set<PriceList.Entry> set = new HashSet<>(PriceFile.read(priceStore.readJson()));
    Map<String, List<String>> aliases = routes.rules().aliases();
    request.json(
        new ModelList(
            byModel.entrySet().stream()
                .map(entry -> show(entry.getKey(), entry.getValue(), set, aliases))
                .toList()));
  }

  private ModelView show(
      String model,
      List<Pool.State> serving,
      Set<PriceList.Entry> set,
      Map<String, List<String>> aliases) {
    long ready =
        serving.stream().filter(state -> state.standing() instanceof Standing.Ready).count();
    Optional<Instant> until =
        ready > 0
            ? Optional.empty()
            : serving.stream()
                .map(state -> StandingReason.until(state.standing()).orElse(null))
                .filter(Objects::nonNull)
                .min(Instant::compareTo);
    String upstream = serving.isEmpty() ? model : serving.getFirst().account().upstreamModel(model);
    return new ModelView(
        model,
        (int) ready,
        serving.size(),
        ApiJson.seconds(until.orElse(null)),
        tariff.groups().of(model),
        tariff
            .findPrice(upstream, model, null, clock.instant())
            .map(entry -> price(entry, set))
            .orElse(null),
        aliases.entrySet().stream()
            .filter(alias -> alias.getValue().contains(model))
            .map(Map.Entry::getKey)
            .sorted()
            .toList());
  }

  private PriceView price(PriceList.Entry entry, Set<PriceList.Entry> set) {
    Price price = entry.price();
    String origin = set.contains(entry) ? "set" : builtIn.contains(entry) ? "built in" : "file";
    return new PriceView(
        price.input() / PICO_PER_MICRO,
        price.cached() / PICO_PER_MICRO,
        price.written() / PICO_PER_MICRO,
        price.output() / PICO_PER_MICRO,
        origin);
  }
}
