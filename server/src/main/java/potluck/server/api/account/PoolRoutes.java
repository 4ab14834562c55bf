package potluck.server.api.account;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.StandingReason;
import potluck.gateway.identity.User;
import potluck.gateway.meter.ServedToday;
import potluck.gateway.pool.Pool;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/**
 * {@code GET /api/pool}: the shared accounts and one's own, who brought them and how they stand.
 */
public final class PoolRoutes {
  private final Pool pool;
  private final AccountNames names;
  private final ServedToday servedToday;
  private final InstantSource clock;

  public PoolRoutes(Pool pool, AccountNames names, ServedToday servedToday, InstantSource clock) {
    this.pool = pool;
    this.names = names;
    this.servedToday = servedToday;
    this.clock = clock;
  }

  /** The routes of this class. */
  public List<HttpRoute> routes() {
    return List.of(new HttpRoute("GET", "/api/pool", AccessPolicy.USER, this::list));
  }

  record PoolAccount(
      String alias,
      @Nullable String name,
      @Nullable String owner,
      boolean own,
      String provider,
      List<String> models,
      boolean shared,
      String standing,
      @Nullable String until,
      @Nullable String why,
      int running,
      int maxConcurrency,
      @Nullable Long servedToday) {}

  record PoolList(@Nullable String asOf, List<PoolAccount> accounts) {}

  private void list(Request request) {
    User viewer = request.caller().user();
    Instant now = clock.instant();
    List<Pool.State> seen =
        pool.states().stream()
            .filter(state -> state.account().shared() || state.account().owner() == viewer.id())
            .toList();
    Map<String, ServedToday.Served> own =
        servedToday.untilNow(
            seen.stream()
                .map(Pool.State::account)
                .filter(account -> account.owner() == viewer.id())
                .map(account -> account.id().hex())
                .toList());
    request.json(
        new PoolList(
            ApiJson.seconds(now),
            seen.stream()
                .map(state -> show(state, viewer, own))
                .sorted(
                    Comparator.comparing((PoolAccount account) -> !account.own())
                        .thenComparing(account -> String.valueOf(account.owner()))
                        .thenComparing(account -> String.valueOf(account.name()))
                        .thenComparing(PoolAccount::alias))
                .toList()));
  }

  private PoolAccount show(Pool.State state, User viewer, Map<String, ServedToday.Served> own) {
    Account account = state.account();
    AccountNames.Shown shown = names.show(account, viewer);
    ServedToday.@Nullable Served exact = own.get(account.id().hex());
    return new PoolAccount(
        shown.alias(),
        shown.name(),
        shown.owner(),
        shown.own(),
        account.provider(),
        account.allModels().stream().filter(account::serves).toList(),
        account.shared(),
        account.enabled() ? state.standing().label() : "off",
        ApiJson.seconds(StandingReason.until(state.standing()).orElse(null)),
        StandingReason.code(state.standing()).orElse(null),
        state.running(),
        account.maxConcurrency(),
        exact == null
            ? orNull(servedToday.lastHour(account.id().hex()))
            : Long.valueOf(exact.own() + exact.others()));
  }

  private static @Nullable Long orNull(ServedToday.Served served) {
    return served.rounded().isEmpty() ? null : served.rounded().getAsLong();
  }
}
