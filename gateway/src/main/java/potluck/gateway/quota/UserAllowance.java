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
 * What one user may still draw: quotas by group of models, limits of the user and of each key. A
 * request takes from all of them or from none. Where little is left and other requests are under
 * way, it waits for what they leave instead of being refused for a guess. Safe for use by many
 * threads.
 */
final class UserAllowance {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private final Map<String, Quota> quotas = new HashMap<>();
  private final Map<Long, List<AllowanceCheck>> limits = new HashMap<>();
  private int openHolds;

  /** The quota of a group, if this node knows it. */
  Optional<Quota.Posted> findPosted(String group) {
    lock.lock();
    try {
      return Optional.ofNullable(quotas.get(group)).map(Quota::posted);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes room for a request.
   *
   * @param key whose limits hold beside the user's; 0 for none
   * @param bounds makes the bounds of the user (0) or a key where they are not known here
   * @param learn hears of what was used
   * @param wait how long it may wait for others to settle
   * @throws FailureException (LIMITED or EXHAUSTED) with what is short, and when it is back
   */
  Hold hold(
      long key,
      Quota quota,
      Estimate wish,
      Function<Long, List<AllowanceCheck>> bounds,
      Duration wait,
      InstantSource clock,
      Consumer<ActualUsage> learn) {
    long patience = wait.toNanos();
    lock.lock();
    try {
      while (true) {
        List<AllowanceCheck> all = new ArrayList<>(limits.computeIfAbsent(0L, bounds));
        if (key != 0) {
          all.addAll(limits.computeIfAbsent(key, bounds));
        }
        Instant now = clock.instant();
        @Nullable AllowanceCheck short_ = null;
        for (AllowanceCheck bound : all) {
          bound.advanceTo(now);
          AllowanceCheck.Availability room = bound.availability(wish);
          if (room == AllowanceCheck.Availability.EXHAUSTED) {
            throw new FailureException(bound.toFailure(now));
          }
          short_ = room == AllowanceCheck.Availability.LATER ? bound : short_;
        }
        quota.advanceTo(now);
        AllowanceCheck.Availability room = quota.availability(wish);
        @Nullable Failure dry =
            room == AllowanceCheck.Availability.EXHAUSTED ? quota.toFailure(now) : null;
        short_ = room == AllowanceCheck.Availability.LATER ? quota : short_;
        if (short_ == null) {
          return reserve(key, all, quota, wish, dry, now, learn);
        }
        if (patience <= 0) {
          throw new FailureException(short_.toFailure(now).retryAfter(Duration.ofSeconds(1)));
        }
        patience = settled.awaitNanos(patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          Failure.of(Failure.Kind.UNAVAILABLE, "The request was given up while it waited."));
    } finally {
      lock.unlock();
    }
  }

  private Hold reserve(
      long key,
      List<AllowanceCheck> all,
      Quota quota,
      Estimate wish,
      @Nullable Failure dry,
      Instant now,
      Consumer<ActualUsage> learn) {
    if (dry == null) {
      all.add(quota);
    }
    all.forEach(bound -> bound.hold(wish));
    openHolds++;
    return new Hold(this, key, all, wish, minuteLimits(all, now), dry, learn);
  }

  /** What a client may know of its limits a minute, the tightest of each kind. */
  private static List<RateLimit> minuteLimits(List<AllowanceCheck> all, Instant now) {
    List<RateLimit> shown = new ArrayList<>();
    for (AllowanceCheck bound : all) {
      if (bound instanceof BudgetCounter gauge && gauge.budget().window() == Budget.Window.MINUTE) {
        RateLimit.Kind kind =
            switch (gauge.budget().unit()) {
              case REQUESTS -> RateLimit.Kind.REQUESTS;
              case TOKENS -> RateLimit.Kind.TOKENS;
              case USD -> null;
            };
        if (kind != null) {
          Instant reset = gauge.budget().window().end(now).orElse(null);
          shown.add(new RateLimit(kind, gauge.budget().max(), gauge.remaining(), reset));
        }
      }
    }
    return shown;
  }

  /**
   * @param key whose limits hold beside the user's; 0 for none. Budgets that were set while the
   *     request ran count it as well: no row told them of it.
   * @param group whose quota it is in the end: another than was held where another model took the
   *     place of the one that was asked for
   */
  void settle(
      long key, List<AllowanceCheck> bounds, Estimate wish, ActualUsage spent, String group) {
    lock.lock();
    try {
      consumeLateBudgets(0, bounds, spent);
      if (key != 0) {
        consumeLateBudgets(key, bounds, spent);
      }
      for (AllowanceCheck bound : bounds) {
        bound.release(wish);
        if (bound instanceof Quota held && !held.group().equals(group)) {
          Quota served = quotas.get(group);
          if (served != null) {
            served.consume(spent);
          }
        } else {
          bound.consume(spent);
        }
      }
      openHolds--;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Budgets that were not there yet when the request was let in. */
  private void consumeLateBudgets(long whose, List<AllowanceCheck> held, ActualUsage spent) {
    for (AllowanceCheck bound : limits.getOrDefault(whose, List.of())) {
      if (bound instanceof BudgetCounter && !held.contains(bound)) {
        bound.consume(spent);
      }
    }
  }

  /** A request was not let in after all. */
  void release(List<AllowanceCheck> bounds, Estimate wish) {
    lock.lock();
    try {
      bounds.forEach(bound -> bound.release(wish));
      openHolds--;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Quota getOrCreateQuota(String group, Function<String, Quota> made) {
    lock.lock();
    try {
      return quotas.computeIfAbsent(group, made);
    } finally {
      lock.unlock();
    }
  }

  /** The ledger has taken charges. */
  void applyPosted(String group, Quota.Posted posted, long charged) {
    known(group, quota -> quota.applyPosted(posted, charged));
  }

  /** How the ledger had it when it was looked at. */
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
   * Limits have changed: bounds of the same kind go on with what they have counted.
   *
   * @param fresh makes those that are new
   */
  void changeLimits(long key, UsageLimits wanted, Function<Long, List<AllowanceCheck>> fresh) {
    lock.lock();
    try {
      List<AllowanceCheck> before = limits.getOrDefault(key, List.of());
      List<AllowanceCheck> after = new ArrayList<>(wanted.isEmpty() ? List.of() : fresh.apply(key));
      after.replaceAll(bound -> mergeCheck(bound, before, wanted));
      limits.put(key, after);
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #changeLimits}, where the bounds of a key are known here at all. */
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
      if (old instanceof ConcurrencyLimit crowd && fresh instanceof ConcurrencyLimit) {
        crowd.setMax(wanted.concurrency());
        return crowd;
      }
      if (old instanceof BudgetCounter gauge
          && fresh instanceof BudgetCounter other
          && gauge.budget().name().equals(other.budget().name())) {
        gauge.setBudget(other.budget());
        gauge.raiseTo(other.used());
        return gauge;
      }
    }
    return fresh;
  }

  /** Requests under way here, by key (0 for the user), of those that may have only so many. */
  Map<Long, Integer> runningByKey() {
    Map<Long, Integer> crowds = new HashMap<>();
    each(
        (key, bound) -> {
          if (bound instanceof ConcurrencyLimit crowd && crowd.running() > 0) {
            crowds.put(key, crowd.running());
          }
        });
    return crowds;
  }

  /**
   * @param running at other nodes, by key
   * @param sharers nodes that share what is allowed, where they cannot hear each other; else 1
   */
  void applyRemote(Function<Long, Integer> running, int sharers) {
    each(
        (key, bound) -> {
          if (bound instanceof ConcurrencyLimit crowd) {
            crowd.setRemoteRunning(running.apply(key), sharers);
          } else if (bound instanceof BudgetCounter gauge) {
            gauge.setSharingNodes(sharers);
          }
        });
  }

  /** Another node has used some, just now. */
  void applyRemote(NodeUsage used, Instant now) {
    each(
        (key, bound) -> {
          if ((key == 0 || key == used.key()) && bound instanceof BudgetCounter gauge) {
            gauge.advanceTo(now);
            gauge.addRemote(used);
          }
        });
  }

  /** Budgets of a key (0 for the user) that are to be looked up in the rows. */
  List<Budget> postedBudgets(long whose) {
    List<Budget> budgets = new ArrayList<>();
    each(
        (key, bound) -> {
          if (key == whose && bound instanceof BudgetCounter gauge && !gauge.isSharedWithPeers()) {
            budgets.add(gauge.budget());
          }
        });
    return budgets;
  }

  /** What the rows say of a budget, looked up at a moment. */
  void raiseTo(long key, Budget budget, long posted, Instant at) {
    each(
        (whose, bound) -> {
          if (whose == key
              && bound instanceof BudgetCounter gauge
              && gauge.budget().equals(budget)) {
            gauge.advanceTo(at);
            gauge.raiseTo(posted);
          }
        });
  }

  private void each(BiConsumer<Long, AllowanceCheck> work) {
    lock.lock();
    try {
      limits.forEach((key, bounds) -> bounds.forEach(bound -> work.accept(key, bound)));
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What is left of a quota that this node knows, in millionths. */
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
