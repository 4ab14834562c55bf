package potluck.gateway.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
  private final Condition changed = lock.newCondition();
  private final Locked locked = new Locked();
  private final Map<String, Quota> quotas = new HashMap<>();
  private final Map<Long, LimitChecks> limits = new HashMap<>();
  private int openHolds;

  /** Releases the lock when it is closed. Reused, so that locking allocates nothing. */
  private final class Locked implements AutoCloseable {
    @Override
    public void close() {
      lock.unlock();
    }
  }

  /** Takes the lock, to be used in a try statement. */
  private Locked lock() {
    lock.lock();
    return locked;
  }

  /** Takes the lock, and wakes the requests that wait once it is released. */
  private Locked lockForChange() {
    lock.lock();
    changed.signalAll();
    return locked;
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
      Function<Long, LimitChecks> checks,
      Duration wait,
      InstantSource clock,
      Consumer<ActualUsage> onUsage) {
    long waitLeft = wait.toNanos();
    try (Locked _ = lock()) {
      while (true) {
        LimitChecks user = limits.computeIfAbsent(0L, checks);
        LimitChecks ofKey = key == 0 ? LimitChecks.NONE : limits.computeIfAbsent(key, checks);
        List<AllowanceCheck> all = new ArrayList<>();
        user.addTo(all);
        ofKey.addTo(all);
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
          all.forEach(check -> check.hold(estimate));
          if (exhausted == null) {
            quota.hold(estimate);
          }
          openHolds++;
          List<RateLimit> reported = new ArrayList<>();
          user.addMinuteLimits(reported, now);
          ofKey.addMinuteLimits(reported, now);
          return new Hold(
              this,
              key,
              all,
              exhausted == null ? quota : null,
              estimate,
              reported,
              exhausted,
              onUsage);
        }
        if (waitLeft <= 0) {
          throw new FailureException(waitFor.toFailure(now).retryAfter(Duration.ofSeconds(1)));
        }
        waitLeft = changed.awaitNanos(waitLeft);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          Failure.of(Failure.Kind.UNAVAILABLE, "The request was cancelled while it waited."));
    }
  }

  /**
   * Replaces a hold with the actual use. Budgets that were set while the request ran count it too,
   * because no posted row contained it.
   *
   * @param key the key whose limits apply besides the user's; 0 for none
   * @param held the quota of the hold; null if it has none
   * @param group the group whose quota is charged; it differs from the held one if a fallback model
   *     served
   */
  void settle(
      long key,
      List<AllowanceCheck> checks,
      @Nullable Quota held,
      Estimate estimate,
      ActualUsage usage,
      String group) {
    try (Locked _ = lockForChange()) {
      limits.getOrDefault(0L, LimitChecks.NONE).consumeLate(checks, usage);
      if (key != 0) {
        limits.getOrDefault(key, LimitChecks.NONE).consumeLate(checks, usage);
      }
      for (AllowanceCheck check : checks) {
        check.release(estimate);
        check.consume(usage);
      }
      if (held != null) {
        held.release(estimate);
        @Nullable Quota charged = held.group().equals(group) ? held : quotas.get(group);
        if (charged != null) {
          charged.consume(usage);
        }
      }
      openHolds--;
    }
  }

  /** Returns a hold without counting the request. */
  void release(List<AllowanceCheck> checks, @Nullable Quota held, Estimate estimate) {
    try (Locked _ = lockForChange()) {
      checks.forEach(check -> check.release(estimate));
      if (held != null) {
        held.release(estimate);
      }
      openHolds--;
    }
  }

  Quota getOrCreateQuota(String group, Function<String, Quota> create) {
    try (Locked _ = lock()) {
      return quotas.computeIfAbsent(group, create);
    }
  }

  /** Takes over the state of a quota after the ledger posted charges. */
  void applyPosted(String group, Quota.Posted posted, long charged) {
    try (Locked _ = lockForChange()) {
      @Nullable Quota quota = quotas.get(group);
      if (quota != null) {
        quota.applyPosted(posted, charged);
      }
    }
  }

  /** Takes over the state of a quota as read from the ledger. */
  void refresh(String group, Quota.Posted posted) {
    try (Locked _ = lockForChange()) {
      @Nullable Quota quota = quotas.get(group);
      if (quota != null) {
        quota.refresh(posted);
      }
    }
  }

  /**
   * Replaces limits. Checks of the same kind keep what they have counted.
   *
   * @param fresh creates the checks of the new limits
   */
  void changeLimits(long key, Function<Long, LimitChecks> fresh) {
    try (Locked _ = lockForChange()) {
      LimitChecks before = limits.getOrDefault(key, LimitChecks.NONE);
      limits.put(key, before.changedTo(fresh.apply(key)));
    }
  }

  /** Like {@link #changeLimits}, but only if the checks of the key are known here. */
  void changeLimitsIfKnown(long key, Function<Long, LimitChecks> fresh) {
    try (Locked _ = lock()) {
      if (limits.containsKey(key)) {
        changeLimits(key, fresh);
      }
    }
  }

  /** Running requests on this node by key (0 for the user), for those with a concurrency limit. */
  Map<Long, Integer> runningByKey() {
    Map<Long, Integer> running = new HashMap<>();
    try (Locked _ = lock()) {
      limits.forEach(
          (key, checks) -> {
            if (checks.running() > 0) {
              running.put(key, checks.running());
            }
          });
    }
    return running;
  }

  /**
   * @param running running requests on other nodes, by key
   * @param sharingNodes number of nodes that split the limits because they cannot reach each other;
   *     else 1
   */
  void applyRemote(Function<Long, Integer> running, int sharingNodes) {
    try (Locked _ = lockForChange()) {
      limits.forEach((key, checks) -> checks.setRemoteRunning(running.apply(key), sharingNodes));
    }
  }

  /** Adds use that another node reported. */
  void applyRemote(NodeUsage used, Instant now) {
    try (Locked _ = lockForChange()) {
      limits.getOrDefault(0L, LimitChecks.NONE).addRemote(used, now);
      if (used.key() != 0) {
        limits.getOrDefault(used.key(), LimitChecks.NONE).addRemote(used, now);
      }
    }
  }

  /** Budgets of a key (0 for the user) whose use is read from the posted rows. */
  List<Budget> postedBudgets(long key) {
    try (Locked _ = lock()) {
      return limits.getOrDefault(key, LimitChecks.NONE).budgets().stream()
          .filter(counter -> !counter.isSharedWithPeers())
          .map(BudgetCounter::budget)
          .toList();
    }
  }

  /** What this node knows to be used of a budget; 0 if it knows no such budget. */
  long used(long key, Budget budget, Instant now) {
    try (Locked _ = lock()) {
      for (BudgetCounter counter : limits.getOrDefault(key, LimitChecks.NONE).budgets()) {
        if (counter.budget().equals(budget)) {
          counter.advanceTo(now);
          return counter.used();
        }
      }
      return 0;
    }
  }

  /** Raises the used amount of a budget to what the rows say. */
  void raiseTo(long key, Budget budget, long posted, Instant at) {
    try (Locked _ = lockForChange()) {
      for (BudgetCounter counter : limits.getOrDefault(key, LimitChecks.NONE).budgets()) {
        if (counter.budget().equals(budget)) {
          counter.advanceTo(at);
          counter.raiseTo(posted);
        }
      }
    }
  }

  /** What is left of a quota that this node knows, in millionths; 0 if unknown. */
  long remaining(String group, Instant now) {
    try (Locked _ = lock()) {
      @Nullable Quota quota = quotas.get(group);
      if (quota == null) {
        return 0;
      }
      quota.advanceTo(now);
      return quota.remaining();
    }
  }

  int openHolds() {
    try (Locked _ = lock()) {
      return openHolds;
    }
  }
}
