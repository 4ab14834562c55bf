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
import potluck.gateway.meter.ModelGroups;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.LedgerQueries;
import potluck.gateway.quota.Quotas;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** The shared pool in AntiHub's format. See docs/guides/plugin-api.md. */
final class PoolUsageRoutes {
  private static final long FULL_MICROS = 1_000_000;

  private final Accounts accounts;
  private final Pool pool;
  private final ModelGroups groups;
  private final Quotas quotas;
  private final LedgerQueries accounting;

  PoolUsageRoutes(
      Accounts accounts, Pool pool, ModelGroups groups, Quotas quotas, LedgerQueries accounting) {
    this.accounts = accounts;
    this.pool = pool;
    this.groups = groups;
    this.quotas = quotas;
    this.accounting = accounting;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute(
            "GET", "/api/plugin-api/quotas/shared-pool", AccessPolicy.USER, this::sharedPool),
        new HttpRoute("GET", "/api/usage/quotas", AccessPolicy.USER, this::quotas),
        new HttpRoute("GET", "/api/usage/summary", AccessPolicy.USER, this::summary),
        new HttpRoute("GET", "/api/usage/shared-pool/stats", AccessPolicy.USER, this::stats));
  }

  /** What can be drawn from shared accounts, by model group. */
  private static final class SharedGroup {
    private int ready;
    private long leftMicros;
    private @Nullable Instant earliest;
  }

  private Map<String, SharedGroup> shared() {
    Map<String, SharedGroup> shared = new TreeMap<>();
    for (Account account : accounts.all()) {
      if (account.shared() && account.enabled()) {
        Standing standing = pool.standing(account.id()).orElse(account.standing());
        for (String group : groupsOf(account)) {
          count(shared.computeIfAbsent(group, _ -> new SharedGroup()), standing);
        }
      }
    }
    return shared;
  }

  private static void count(SharedGroup shared, Standing standing) {
    switch (standing) {
      case Standing.Resting resting -> shared.earliest = earlier(shared.earliest, resting.until());
      case Standing.Spent spent -> shared.earliest = earlier(shared.earliest, spent.until());
      case Standing.Revoked _ -> {}
      default -> {
        shared.ready++;
        shared.leftMicros += FULL_MICROS;
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
                        QuotaAmounts.text(shared.leftMicros),
                        ApiJson.millisWithoutZone(shared.earliest),
                        Integer.toString(shared.ready),
                        shared.ready > 0 ? 1 : 0,
                        null)));
    return rows;
  }

  private Map<String, Object> consumption(Request request) {
    LedgerQueries.Totals totals = accounting.totals(request.caller().user().id());
    Map<String, Object> consumption = new LinkedHashMap<>();
    consumption.put("total_requests", totals.requests());
    consumption.put("total_quota_consumed", QuotaAmounts.number(totals.shared()));
    consumption.put("shared_quota_consumed", QuotaAmounts.number(totals.shared()));
    consumption.put("private_quota_consumed", QuotaAmounts.number(0));
    return consumption;
  }

  private Map<String, Object> pool(Request request) {
    Map<String, Object> pool = new LinkedHashMap<>();
    pool.put("quotas", rows());
    pool.put("user_consumption", consumption(request));
    return pool;
  }

  private void sharedPool(Request request) {
    request.json(Envelope.data(pool(request)));
  }

  private void quotas(Request request) {
    Map<String, Object> merged = new LinkedHashMap<>();
    merged.put("user_quota", QuotaRoutes.rows(quotas, pool, request));
    merged.put("shared_pool_quota", pool(request));
    request.json(Envelope.data(merged));
  }

  record Current(BigDecimal currentQuota, BigDecimal maxQuota, @Nullable String lastRecoveredAt) {}

  private void summary(Request request) {
    long user = request.caller().user().id();
    List<Account> own = accounts.findByOwner(user);
    Map<String, Current> current = new LinkedHashMap<>();
    for (Quotas.View view : quotas.findByUser(user, pool.models(request.caller()))) {
      current.put(
          view.group(),
          new Current(
              QuotaAmounts.number(view.left()),
              QuotaAmounts.number(view.ceiling()),
              ApiJson.millis(view.recoveredAt())));
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("accounts", counts("total", "active", "inactive", own));
    summary.put("user_quotas", current);
    summary.put("shared_pool", pool(request));
    request.json(Envelope.data(summary));
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
              row.put("total_quota", QuotaAmounts.number(each.leftMicros));
              row.put("available_cookies", Integer.toString(each.ready));
              row.put("earliest_reset_time", ApiJson.millisWithoutZone(each.earliest));
              row.put("status", each.ready > 0 ? 1 : 0);
              byModel.put(group, row);
            });
    Map<String, Object> stats = new LinkedHashMap<>();
    stats.put("accounts", counts("total_shared", "active_shared", "inactive_shared", shared));
    stats.put("quotas_by_model", byModel);
    stats.put("user_consumption", consumption(request));
    stats.put("note", "Accounts that others share, by model group.");
    request.json(Envelope.data(stats));
  }
}
