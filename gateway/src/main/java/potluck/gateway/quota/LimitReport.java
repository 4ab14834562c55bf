package potluck.gateway.quota;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.LimitStore.Scope;

/** How much is used of the limits that apply to a user. Thread-safe. */
public final class LimitReport {
  private final Map<Long, UserAllowance> allowances;
  private final Map<Long, UserAllowance> teams;
  private final LimitStore limits;
  private final InstantSource clock;

  LimitReport(
      Map<Long, UserAllowance> allowances,
      Map<Long, UserAllowance> teams,
      LimitStore limits,
      InstantSource clock) {
    this.allowances = allowances;
    this.teams = teams;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * One limit.
   *
   * @param budget null for the limit of concurrent requests
   * @param used in the unit of the budget (micro-USD for money); running requests on this node for
   *     the limit of concurrent requests
   * @param max in the same unit
   * @param resetAt null if it never resets
   */
  public record Use(
      LimitOwner owner, @Nullable Budget budget, long used, long max, @Nullable Instant resetAt) {}

  /** The limits of a user, the user's keys and the user's team. */
  public List<Use> of(long user, List<Long> keys) {
    List<Use> uses = new ArrayList<>();
    limits
        .findTeam(user)
        .ifPresent(team -> addAll(uses, new LimitOwner(Scope.TEAM, team), teams.get(team), 0));
    @Nullable UserAllowance own = allowances.get(user);
    addAll(uses, new LimitOwner(Scope.USER, user), own, 0);
    keys.forEach(key -> addAll(uses, new LimitOwner(Scope.KEY, key), own, key));
    return uses;
  }

  private void addAll(
      List<Use> uses, LimitOwner owner, @Nullable UserAllowance allowance, long key) {
    Instant now = clock.instant();
    UsageLimits set = limits.of(owner);
    for (Budget budget : set.budgets()) {
      // This node knows requests that are not posted yet, the rows know those of other nodes.
      long used =
          Math.max(
              limits.postedUsage(owner, budget, now),
              allowance == null ? 0 : allowance.used(key, budget, now));
      uses.add(new Use(owner, budget, used, budget.max(), budget.window().end(now).orElse(null)));
    }
    if (set.concurrency() > 0) {
      long running = allowance == null ? 0 : allowance.runningByKey().getOrDefault(key, 0);
      uses.add(new Use(owner, null, running, set.concurrency(), null));
    }
  }
}
