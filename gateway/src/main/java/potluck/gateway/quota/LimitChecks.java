package potluck.gateway.quota;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.RateLimit;

/**
 * The checks of one owner's limits: a counter for each budget, and perhaps a limit on concurrent
 * requests. Guarded by the lock of its {@link UserAllowance}.
 */
final class LimitChecks {
  static final LimitChecks NONE = new LimitChecks(List.of(), null);

  private final List<BudgetCounter> budgets;
  private final @Nullable ConcurrencyLimit concurrency;

  LimitChecks(List<BudgetCounter> budgets, @Nullable ConcurrencyLimit concurrency) {
    this.budgets = List.copyOf(budgets);
    this.concurrency = concurrency;
  }

  List<BudgetCounter> budgets() {
    return budgets;
  }

  void addTo(List<AllowanceCheck> all) {
    all.addAll(budgets);
    if (concurrency != null) {
      all.add(concurrency);
    }
  }

  /** Adds the limits per minute, which are reported to the client. */
  void addMinuteLimits(List<RateLimit> reported, Instant now) {
    for (BudgetCounter counter : budgets) {
      @Nullable RateLimit limit = counter.minuteLimit(now);
      if (limit != null) {
        reported.add(limit);
      }
    }
  }

  /** Counts a request in the budgets that did not exist when it was admitted. */
  void consumeLate(List<AllowanceCheck> admitted, ActualUsage usage) {
    for (BudgetCounter counter : budgets) {
      if (!admitted.contains(counter)) {
        counter.consume(usage);
      }
    }
  }

  /**
   * The checks after a change of limits: counters of budgets that stay keep what they have counted.
   *
   * @param fresh checks of the new limits, with the use of the posted rows
   */
  LimitChecks changedTo(LimitChecks fresh) {
    List<BudgetCounter> merged = new ArrayList<>();
    for (BudgetCounter counter : fresh.budgets) {
      merged.add(merged(counter));
    }
    if (fresh.concurrency == null || concurrency == null) {
      return new LimitChecks(merged, fresh.concurrency);
    }
    concurrency.setMax(fresh.concurrency.max());
    return new LimitChecks(merged, concurrency);
  }

  private BudgetCounter merged(BudgetCounter fresh) {
    for (BudgetCounter known : budgets) {
      if (known.budget().name().equals(fresh.budget().name())) {
        known.setBudget(fresh.budget());
        known.raiseTo(fresh.used());
        return known;
      }
    }
    return fresh;
  }

  /** Requests running on this node; 0 without a limit. */
  int running() {
    return concurrency == null ? 0 : concurrency.running();
  }

  /**
   * @param remote requests running on other nodes
   * @param nodes number of nodes that split the limits because they cannot reach each other; else 1
   */
  void setRemoteRunning(int remote, int nodes) {
    budgets.forEach(counter -> counter.setSharingNodes(nodes));
    if (concurrency != null) {
      concurrency.setRemoteRunning(remote, nodes);
    }
  }

  /** Adds use that another node reported. */
  void addRemote(NodeUsage used, Instant now) {
    for (BudgetCounter counter : budgets) {
      counter.advanceTo(now);
      counter.addRemote(used);
    }
  }
}
