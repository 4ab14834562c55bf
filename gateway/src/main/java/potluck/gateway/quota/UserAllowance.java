package potluck.gateway.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.RateLimit;

/**
 * What one user or team may still use: quotas by model group, and the limits of the user and of
 * each key. A request takes from all of them or from none. If little is left and other requests are
 * running, a request waits for what they leave instead of being refused because of an estimate.
 * Thread-safe.
 */
final class UserAllowance {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private final Map<String, Quota> quotas = new HashMap<>();
  private final Map<Long, List<AllowanceCheck>> limits = new HashMap<>();
  private int openHolds;

  /** The last posted state of a group's quota, if this node knows it. */
  Optional<Quota.Posted> findPosted(String group) {
    lock.lock();
    try {
      return Optional.ofNullable(quotas.get(group)).map(Quota::posted);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Holds the estimated use of a request.
   *
   * @param key the key whose limits apply besides the user's; 0 for none
   * @param checks creates the checks of the user (0) or of a key if they are not known here
   * @param onUsage receives the actual use
   * @param wait how long to wait for other requests to settle
   * @throws FailureException RATE_LIMITED or QUOTA_EXHAUSTED, with the limit that is reached and
   *     when it resets
   */
  Hold hold(
      long key,
      Quota quota,
      Estimate estimate,
      Function<Long, List<AllowanceCheck>> checks,
      Duration wait,
      InstantSource clock,
      Consumer<ActualUsage> onUsage) {
    long waitLeft = wait.toNanos();
    lock.lock();
    try {
      while (true) {
        List<AllowanceCheck> all = new ArrayList<>(limits.computeIfAbsent(0L, checks));
        if (key != 0) {
          all.addAll(limits.computeIfAbsent(key, checks));
        }
        Instant now = clock.instant();
        @Nullable AllowanceCheck waitFor = null;
        for (AllowanceCheck check : all) {
          check.advanceTo(now);
          AllowanceCheck.Availability available = check.availability(estimate);
          if (available == AllowanceCheck.Availability.EXHAUSTED) {
            throw new FailureException(check.toFailure(now));
          }
          waitFor = available == AllowanceCheck.Availability.LATER ? check : waitFor;
        }
        quota.advanceTo(now);
        AllowanceCheck.Availability available = quota.availability(estimate);
        @Nullable Failure exhausted =
            available == AllowanceCheck.Availability.EXHAUSTED ? quota.toFailure(now) : null;
        waitFor = available == AllowanceCheck.Availability.LATER ? quota : waitFor;
        if (waitFor == null) {
          return reserve(key, all, quota, estimate, exhausted, now, onUsage);
        }
        if (waitLeft <= 0) {
          throw new FailureException(waitFor.toFailure(now).retryAfter(Duration.ofSeconds(1)));
        }
        waitLeft = settled.awaitNanos(waitLeft);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          Failure.of(Failure.Kind.UNAVAILABLE, "The request was cancelled while it waited."));
    } finally {
      lock.unlock();
    }
  }

  private Hold reserve(
      long key,
      List<AllowanceCheck> all,
      Quota quota,
      Estimate estimate,
      @Nullable Failure exhausted,
      Instant now,
      Consumer<ActualUsage> onUsage) {
    if (exhausted == null) {
      all.add(quota);
    }
    all.forEach(check -> check.hold(estimate));
    openHolds++;
    return new Hold(this, key, all, estimate, minuteLimits(all, now), exhausted, onUsage);
  }

  /** The limits per minute to report to the client. */
  private static List<RateLimit> minuteLimits(List<AllowanceCheck> all, Instant now) {
    List<RateLimit> reported = new ArrayList<>();
    for (AllowanceCheck check : all) {
      if (check instanceof BudgetCounter counter
          && counter.budget().window() == Budget.Window.MINUTE) {
        RateLimit.Kind kind =
            switch (counter.budget().unit()) {
              case REQUESTS -> RateLimit.Kind.REQUESTS;
              case TOKENS -> RateLimit.Kind.TOKENS;
              case USD -> null;
            };
        if (kind != null) {
          Instant reset = counter.budget().window().end(now).orElse(null);
          reported.add(new RateLimit(kind, counter.budget().max(), counter.remaining(), reset));
        }
      }
    }
    return reported;
  }

  /**
   * Replaces a hold with the actual use. Budgets that were set while the request ran count it too,
   * because no posted row contained it.
   *
   * @param key the key whose limits apply besides the user's; 0 for none
   * @param group the group whose quota is charged; it differs from the held one if a fallback model
   *     served
   */
  void settle(
      long key, List<AllowanceCheck> checks, Estimate estimate, ActualUsage usage, String group) {
    lock.lock();
    try {
      consumeLateBudgets(0, checks, usage);
      if (key != 0) {
        consumeLateBudgets(key, checks, usage);
      }
      for (AllowanceCheck check : checks) {
        check.release(estimate);
        if (check instanceof Quota held && !held.group().equals(group)) {
          Quota served = quotas.get(group);
          if (served != null) {
            served.consume(usage);
          }
        } else {
          check.consume(usage);
        }
      }
      openHolds--;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Counts the use in budgets that were set after the request was admitted. */
  private void consumeLateBudgets(long key, List<AllowanceCheck> held, ActualUsage usage) {
    for (AllowanceCheck check : limits.getOrDefault(key, List.of())) {
      if (check instanceof BudgetCounter && !held.contains(check)) {
        check.consume(usage);
      }
    }
  }

  /** Returns a hold without counting the request. */
  void release(List<AllowanceCheck> checks, Estimate estimate) {
    lock.lock();
    try {
      checks.forEach(check -> check.release(estimate));
      openHolds--;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Quota getOrCreateQuota(String group, Function<String, Quota> create) {
    lock.lock();
    try {
      return quotas.computeIfAbsent(group, create);
    } finally {
      lock.unlock();
    }
  }

  /** Takes over the state of a quota after the ledger posted charges. */
  void applyPosted(String group, Quota.Posted posted, long charged) {
    known(group, quota -> quota.applyPosted(posted, charged));
  }

  /** Takes over the state of a quota as read from the ledger. */
  void refresh(String group, Quota.Posted posted) {
    known(group, quota -> quota.refresh(posted));
  }

  private void known(String group, Consumer<Quota> work) {
    lock.lock();
    try {
      Quota quota = quotas.get(group);
      if (quota != null) {
        work.accept(quota);
        settled.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Replaces limits. Checks of the same kind keep what they have counted.
   *
   * @param fresh creates the checks of the new limits
   */
  void changeLimits(long key, UsageLimits wanted, Function<Long, List<AllowanceCheck>> fresh) {
    lock.lock();
    try {
      List<AllowanceCheck> before = limits.getOrDefault(key, List.of());
      List<AllowanceCheck> after = new ArrayList<>(wanted.isEmpty() ? List.of() : fresh.apply(key));
      after.replaceAll(check -> mergeCheck(check, before, wanted));
      limits.put(key, after);
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Like {@link #changeLimits}, but only if the checks of the key are known here. */
  void changeLimitsIfKnown(
      long key, UsageLimits wanted, Function<Long, List<AllowanceCheck>> fresh) {
    lock.lock();
    try {
      if (limits.containsKey(key)) {
        changeLimits(key, wanted, fresh);
      }
    } finally {
      lock.unlock();
    }
  }

  private static AllowanceCheck mergeCheck(
      AllowanceCheck fresh, List<AllowanceCheck> before, UsageLimits wanted) {
    for (AllowanceCheck old : before) {
      if (old instanceof ConcurrencyLimit limit && fresh instanceof ConcurrencyLimit) {
        limit.setMax(wanted.concurrency());
        return limit;
      }
      if (old instanceof BudgetCounter counter
          && fresh instanceof BudgetCounter other
          && counter.budget().name().equals(other.budget().name())) {
        counter.setBudget(other.budget());
        counter.raiseTo(other.used());
        return counter;
      }
    }
    return fresh;
  }

  /** Running requests on this node by key (0 for the user), for those with a concurrency limit. */
  Map<Long, Integer> runningByKey() {
    Map<Long, Integer> running = new HashMap<>();
    each(
        (key, check) -> {
          if (check instanceof ConcurrencyLimit limit && limit.running() > 0) {
            running.put(key, limit.running());
          }
        });
    return running;
  }

  /**
   * @param running running requests on other nodes, by key
   * @param sharingNodes number of nodes that split the limits because they cannot reach each other;
   *     else 1
   */
  void applyRemote(Function<Long, Integer> running, int sharingNodes) {
    each(
        (key, check) -> {
          if (check instanceof ConcurrencyLimit limit) {
            limit.setRemoteRunning(running.apply(key), sharingNodes);
          } else if (check instanceof BudgetCounter counter) {
            counter.setSharingNodes(sharingNodes);
          }
        });
  }

  /** Adds use that another node reported. */
  void applyRemote(NodeUsage used, Instant now) {
    each(
        (key, check) -> {
          if ((key == 0 || key == used.key()) && check instanceof BudgetCounter counter) {
            counter.advanceTo(now);
            counter.addRemote(used);
          }
        });
  }

  /** Budgets of a key (0 for the user) whose use is read from the posted rows. */
  List<Budget> postedBudgets(long whose) {
    List<Budget> budgets = new ArrayList<>();
    each(
        (key, check) -> {
          if (key == whose
              && check instanceof BudgetCounter counter
              && !counter.isSharedWithPeers()) {
            budgets.add(counter.budget());
          }
        });
    return budgets;
  }

  /** Raises the used amount of a budget to what the rows say. */
  void raiseTo(long key, Budget budget, long posted, Instant at) {
    each(
        (whose, check) -> {
          if (whose == key
              && check instanceof BudgetCounter counter
              && counter.budget().equals(budget)) {
            counter.advanceTo(at);
            counter.raiseTo(posted);
          }
        });
  }

  private void each(BiConsumer<Long, AllowanceCheck> work) {
    lock.lock();
    try {
      limits.forEach((key, checks) -> checks.forEach(check -> work.accept(key, check)));
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What is left of a quota that this node knows, in millionths; 0 if unknown. */
  long remaining(String group, Instant now) {
    lock.lock();
    try {
      @Nullable Quota quota = quotas.get(group);
      if (quota == null) {
        return 0;
      }
      quota.advanceTo(now);
      return quota.remaining();
    } finally {
      lock.unlock();
    }
  }

  int openHolds() {
    lock.lock();
    try {
      return openHolds;
    } finally {
      lock.unlock();
    }
  }
}
