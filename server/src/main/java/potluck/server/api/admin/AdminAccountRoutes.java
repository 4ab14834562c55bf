package potluck.server.api.admin;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.account.StandingReason;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.meter.ServedToday;
import potluck.gateway.pool.Pool;
import potluck.server.api.account.AccountValidator;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/**
 * {@code /api/admin/accounts}: all accounts with their owners. An administrator can stop, start and
 * unshare an account, but not share it: only its owner may. Credentials are never read.
 */
final class AdminAccountRoutes {
  private final Accounts accounts;
  private final Pool pool;
  private final Users users;
  private final ServedToday servedToday;
  private final Audit audit;

  AdminAccountRoutes(
      Accounts accounts, Pool pool, Users users, ServedToday servedToday, Audit audit) {
    this.accounts = accounts;
    this.pool = pool;
    this.users = users;
    this.servedToday = servedToday;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/accounts", AccessPolicy.AUDIT, this::list),
        new HttpRoute(
            "PUT", "/api/admin/accounts/{id}/status", AccessPolicy.ADMIN, this::setStatus),
        new HttpRoute(
            "PUT", "/api/admin/accounts/{id}/shared", AccessPolicy.ADMIN, this::setShared));
  }

  /**
   * An account.
   *
   * @param owner the owner's user name; null if the user was deleted a moment ago
   * @param why a code, as in {@code GET /api/pool}
   * @param lastError the provider's words; null if it is ready
   * @param running requests on all nodes
   */
  record AdminAccount(
      String id,
      String alias,
      String name,
      @Nullable String owner,
      long ownerId,
      boolean own,
      String provider,
      String baseUrl,
      List<String> models,
      boolean shared,
      String standing,
      @Nullable String until,
      @Nullable String why,
      @Nullable String lastError,
      int running,
      int maxConcurrency,
      int priority,
      long servedToday,
      @Nullable String lastUsedAt,
      @Nullable String createdAt) {}

  record AdminAccountList(List<AdminAccount> accounts) {}

  private void list(Request request) {
    List<Pool.State> states = pool.states();
    Map<String, ServedToday.Served> served =
        servedToday.untilNow(states.stream().map(state -> state.account().id().hex()).toList());
    long viewer = request.caller().user().id();
    request.json(
        new AdminAccountList(
            states.stream()
                .map(state -> show(state, served.get(state.account().id().hex()), viewer))
                .sorted(
                    Comparator.comparing((AdminAccount account) -> String.valueOf(account.owner()))
                        .thenComparing(AdminAccount::name)
                        .thenComparing(AdminAccount::id))
                .toList()));
  }

  private AdminAccount show(Pool.State state, ServedToday.@Nullable Served served, long viewer) {
    Account account = state.account();
    Standing standing = state.standing();
    return new AdminAccount(
        account.id().hex(),
        account.id().hex(),
        account.name(),
        users.find(account.owner()).map(User::username).orElse(null),
        account.owner(),
        account.owner() == viewer,
        account.provider(),
        account.baseUrl(),
        List.copyOf(account.allModels()),
        account.shared(),
        account.enabled() ? standing.label() : "off",
        ApiJson.seconds(StandingReason.until(standing).orElse(null)),
        StandingReason.code(standing).orElse(null),
        lastError(standing),
        state.running(),
        account.maxConcurrency(),
        account.priority(),
        served == null ? 0 : served.own() + served.others(),
        ApiJson.seconds(account.lastUsedAt()),
        ApiJson.seconds(account.createdAt()));
  }

  private static @Nullable String lastError(Standing standing) {
    return switch (standing) {
      case Standing.Ready _ -> null;
      case Standing.Resting resting -> resting.why();
      case Standing.Spent spent -> spent.why();
      case Standing.Revoked revoked -> revoked.why();
    };
  }

  record StatusRequest(@Nullable Integer status) {}

  private void setStatus(Request request) {
    boolean on = AccountValidator.flag(request.body(StatusRequest.class).status(), "status");
    Account account = get(request);
    if (on) {
      // Switching an account on also resets its standing, as for its owner.
      accounts.resetStanding(account.owner(), account.id().hex());
    }
    accounts.set(account.owner(), account.id().hex(), Accounts.Column.ENABLED, on);
    request.audit(audit, on ? "account.start" : "account.stop", object(account), account.name());
    answer(request, account);
  }

  record SharedRequest(@Nullable Integer isShared) {}

  private void setShared(Request request) {
    @Nullable Integer wanted = request.body(SharedRequest.class).isShared();
    if (AccountValidator.flag(wanted, "is_shared")) {
      throw new ApiError(403, MessageKey.ONLY_OWNER_SHARES);
    }
    Account account = get(request);
    accounts.set(account.owner(), account.id().hex(), Accounts.Column.SHARED, false);
    request.audit(audit, "account.unshare", object(account), account.name());
    answer(request, account);
  }

  private void answer(Request request, Account before) {
    Pool.State now =
        pool.state(before.id()).orElseGet(() -> new Pool.State(before, before.standing(), 0));
    String id = before.id().hex();
    request.json(
        show(now, servedToday.untilNow(List.of(id)).get(id), request.caller().user().id()));
  }

  private static String object(Account account) {
    return "account " + account.id().hex();
  }

  private Account get(Request request) {
    return accounts.find(new AccountId(request.value("id"))).orElseThrow(ApiError::notFound);
  }
}
