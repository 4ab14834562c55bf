package potluck.server.api.usage;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.meter.Groups;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.Accounting;
import potluck.gateway.quota.Quotas;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** The shared pool at a glance, in the origin's words. Source: the contract, 4.6, 4.8 and 4.14. */
final class PoolUsageRoutes {
  private static final long WHOLE = 1_000_000;

  private final Accounts accounts;
  private final Pool pool;
  private final Groups groups;
  private final Quotas quotas;
  private final Accounting accounting;

  PoolUsageRoutes(
      Accounts accounts, Pool pool, Groups groups, Quotas quotas, Accounting accounting) {
    this.accounts = accounts;
    this.pool = pool;
    this.groups = groups;
    this.quotas = quotas;
    this.accounting = accounting;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/plugin-api/quotas/shared-pool", Policy.USER, this::sharedPool),
        new Route("GET", "/api/usage/quotas", Policy.USER, this::both),
        new Route("GET", "/api/usage/summary", Policy.USER, this::summary),
        new Route("GET", "/api/usage/shared-pool/stats", Policy.USER, this::stats));
  }

  /** What of the shared accounts can be drawn from, by group of models. */
  private static final class Shared {
    private int ready;
    private long left;
    private @Nullable Instant earliest;
  }

  private Map<String, Shared> shared() {
    Map<String, Shared> shared = new TreeMap<>();
    for (Account account : accounts.all()) {
      if (account.shared() && account.enabled()) {
        Standing standing = pool.standing(account.id()).orElse(account.standing());
        for (String group : groupsOf(account)) {
          count(shared.computeIfAbsent(group, _ -> new Shared()), standing);
        }
      }
    }
    return shared;
  }

  private static void count(Shared shared, Standing standing) {
    switch (standing) {
      case Standing.Resting resting -> shared.earliest = earlier(shared.earliest, resting.until());
      case Standing.Spent spent -> shared.earliest = earlier(shared.earliest, spent.until());
      case Standing.Revoked _ -> {}
      default -> {
        shared.ready++;
        shared.left += WHOLE;
      }
    }
  }

  private static Instant earlier(@Nullable Instant one, Instant other) {
    return one == null || other.isBefore(one) ? other : one;
  }

  private Set<String> groupsOf(Account account) {
    Set<String> all = new TreeSet<>();
    account.models().forEach(model -> all.add(groups.of(model)));
    account.modelMap().keySet().forEach(model -> all.add(groups.of(model)));
    return all;
  }

  record PoolRow(
      String modelName,
      String totalQuota,
      @Nullable String earliestResetTime,
      String availableCookies,
      int status,
      @Nullable String lastFetchedAt) {}

  private List<PoolRow> rows() {
    List<PoolRow> rows = new ArrayList<>();
    shared()
        .forEach(
            (group, shared) ->
                rows.add(
                    new PoolRow(
                        group,
                        Amounts.text(shared.left),
                        Json.zoneless(shared.earliest),
                        Integer.toString(shared.ready),
                        shared.ready > 0 ? 1 : 0,
                        null)));
    return rows;
  }

  private Map<String, Object> consumption(Request request) {
    Accounting.Totals totals = accounting.totals(request.caller().user().id());
    Map<String, Object> consumption = new LinkedHashMap<>();
    consumption.put("total_requests", totals.requests());
    consumption.put("total_quota_consumed", Amounts.number(totals.shared()));
    consumption.put("shared_quota_consumed", Amounts.number(totals.shared()));
    consumption.put("private_quota_consumed", Amounts.number(0));
    return consumption;
  }

  private Map<String, Object> pool(Request request) {
    Map<String, Object> pool = new LinkedHashMap<>();
    pool.put("quotas", rows());
    pool.put("user_consumption", consumption(request));
    return pool;
  }

  private void sharedPool(Request request) {
    request.json(new UsageRoutes.Wrapped(true, pool(request)));
  }

  private void both(Request request) {
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("user_quota", QuotaRoutes.rows(quotas, pool, request));
    both.put("shared_pool_quota", pool(request));
    request.json(new UsageRoutes.Wrapped(true, both));
  }

  record Current(BigDecimal currentQuota, BigDecimal maxQuota, @Nullable String lastRecoveredAt) {}

  private void summary(Request request) {
    long user = request.caller().user().id();
    List<Account> own = accounts.of(user);
    Map<String, Current> current = new LinkedHashMap<>();
    for (Quotas.View view : quotas.of(user, pool.models(request.caller()))) {
      current.put(
          view.group(),
          new Current(
              Amounts.number(view.left()),
              Amounts.number(view.ceiling()),
              Json.millis(view.recoveredAt())));
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("accounts", counts("total", "active", "inactive", own));
    summary.put("user_quotas", current);
    summary.put("shared_pool", pool(request));
    request.json(new UsageRoutes.Wrapped(true, summary));
  }

  private static Map<String, Object> counts(
      String all, String active, String inactive, List<Account> accounts) {
    long on = accounts.stream().filter(Account::enabled).count();
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put(all, accounts.size());
    counts.put(active, on);
    counts.put(inactive, accounts.size() - on);
    return counts;
  }

  private void stats(Request request) {
    List<Account> shared = accounts.all().stream().filter(Account::shared).toList();
    Map<String, Object> byModel = new LinkedHashMap<>();
    shared()
        .forEach(
            (group, each) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("total_quota", Amounts.number(each.left));
              row.put("available_cookies", Integer.toString(each.ready));
              row.put("earliest_reset_time", Json.zoneless(each.earliest));
              row.put("status", each.ready > 0 ? 1 : 0);
              byModel.put(group, row);
            });
    Map<String, Object> stats = new LinkedHashMap<>();
    stats.put("accounts", counts("total_shared", "active_shared", "inactive_shared", shared));
    stats.put("quotas_by_model", byModel);
    stats.put("user_consumption", consumption(request));
    stats.put("note", "Accounts that others share, by group of models.");
    request.json(new UsageRoutes.Wrapped(true, stats));
  }
}
