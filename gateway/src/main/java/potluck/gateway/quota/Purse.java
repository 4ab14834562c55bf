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
import potluck.dialect.model.Limit;
import potluck.dialect.model.Refused;

/**
 * What one user may still draw: quotas by group of models, limits of the user and of each key. A
 * request takes from all of them or from none. Where little is left and other requests are under
 * way, it waits for what they leave instead of being refused for a guess. Safe for use by many
 * threads.
 */
final class Purse {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private final Map<String, Quota> quotas = new HashMap<>();
  private final Map<Long, List<Bound>> limits = new HashMap<>();
  private int holds;

  /** The quota of a group, if this node knows it. */
  Optional<Quota.Posted> posted(String group) {
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
   * @throws Refused (LIMITED or EXHAUSTED) with what is short, and when it is back
   */
  Hold hold(
      long key,
      Quota quota,
      Wish wish,
      Function<Long, List<Bound>> bounds,
      Duration wait,
      InstantSource clock,
      Consumer<Spent> learn) {
    long patience = wait.toNanos();
    lock.lock();
    try {
      while (true) {
        List<Bound> all = new ArrayList<>(limits.computeIfAbsent(0L, bounds));
        if (key != 0) {
          all.addAll(limits.computeIfAbsent(key, bounds));
        }
        Instant now = clock.instant();
        @Nullable Bound short_ = null;
        for (Bound bound : all) {
          bound.roll(now);
          Bound.Room room = bound.room(wish);
          if (room == Bound.Room.NONE) {
            throw new Refused(bound.refusal(now));
          }
          short_ = room == Bound.Room.LATER ? bound : short_;
        }
        quota.roll(now);
        Bound.Room room = quota.room(wish);
        @Nullable Failure dry = room == Bound.Room.NONE ? quota.refusal(now) : null;
        short_ = room == Bound.Room.LATER ? quota : short_;
        if (short_ == null) {
          return take(key, all, quota, wish, dry, now, learn);
        }
        if (patience <= 0) {
          throw new Refused(short_.refusal(now).retryAfter(Duration.ofSeconds(1)));
        }
        patience = settled.awaitNanos(patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(
          Failure.of(Failure.Kind.UNAVAILABLE, "The request was given up while it waited."));
    } finally {
      lock.unlock();
    }
  }

  private Hold take(
      long key,
      List<Bound> all,
      Quota quota,
      Wish wish,
      @Nullable Failure dry,
      Instant now,
      Consumer<Spent> learn) {
    if (dry == null) {
      all.add(quota);
    }
    all.forEach(bound -> bound.hold(wish));
    holds++;
    return new Hold(this, key, all, wish, shown(all, now), dry, learn);
  }

  /** What a client may know of its limits a minute, the tightest of each kind. */
  private static List<Limit> shown(List<Bound> all, Instant now) {
    List<Limit> shown = new ArrayList<>();
    for (Bound bound : all) {
      if (bound instanceof Gauge gauge && gauge.budget().window() == Budget.Window.MINUTE) {
        Limit.Kind kind =
            switch (gauge.budget().unit()) {
              case REQUESTS -> Limit.Kind.REQUESTS;
              case TOKENS -> Limit.Kind.TOKENS;
              case USD -> null;
            };
        if (kind != null) {
          Instant reset = gauge.budget().window().end(now).orElse(null);
          shown.add(new Limit(kind, gauge.budget().most(), gauge.left(), reset));
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
  void settle(long key, List<Bound> bounds, Wish wish, Spent spent, String group) {
    lock.lock();
    try {
      useLate(0, bounds, spent);
      if (key != 0) {
        useLate(key, bounds, spent);
      }
      for (Bound bound : bounds) {
        bound.release(wish);
        if (bound instanceof Quota held && !held.group().equals(group)) {
          Quota served = quotas.get(group);
          if (served != null) {
            served.use(spent);
          }
        } else {
          bound.use(spent);
        }
      }
      holds--;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Budgets that were not there yet when the request was let in. */
  private void useLate(long whose, List<Bound> held, Spent spent) {
    for (Bound bound : limits.getOrDefault(whose, List.of())) {
      if (bound instanceof Gauge && !held.contains(bound)) {
        bound.use(spent);
      }
    }
  }

  /** A request was not let in after all. */
  void release(List<Bound> bounds, Wish wish) {
    lock.lock();
    try {
      bounds.forEach(bound -> bound.release(wish));
      holds--;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Quota quota(String group, Function<String, Quota> made) {
    lock.lock();
    try {
      return quotas.computeIfAbsent(group, made);
    } finally {
      lock.unlock();
    }
  }

  /** The ledger has taken charges. */
  void post(String group, Quota.Posted posted, long charged) {
    known(group, quota -> quota.post(posted, charged));
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
  void change(long key, Limits wanted, Function<Long, List<Bound>> fresh) {
    lock.lock();
    try {
      List<Bound> before = limits.getOrDefault(key, List.of());
      List<Bound> after = new ArrayList<>(wanted.isEmpty() ? List.of() : fresh.apply(key));
      after.replaceAll(bound -> kept(bound, before, wanted));
      limits.put(key, after);
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #change}, where the bounds of a key are known here at all. */
  void changeKnown(long key, Limits wanted, Function<Long, List<Bound>> fresh) {
    lock.lock();
    try {
      if (limits.containsKey(key)) {
        change(key, wanted, fresh);
      }
    } finally {
      lock.unlock();
    }
  }

  private static Bound kept(Bound fresh, List<Bound> before, Limits wanted) {
    for (Bound old : before) {
      if (old instanceof Crowd crowd && fresh instanceof Crowd) {
        crowd.change(wanted.concurrency());
        return crowd;
      }
      if (old instanceof Gauge gauge
          && fresh instanceof Gauge other
          && gauge.budget().name().equals(other.budget().name())) {
        gauge.change(other.budget());
        gauge.atLeast(other.used());
        return gauge;
      }
    }
    return fresh;
  }

  /** Requests under way here, by key (0 for the user), of those that may have only so many. */
  Map<Long, Integer> crowds() {
    Map<Long, Integer> crowds = new HashMap<>();
    each(
        (key, bound) -> {
          if (bound instanceof Crowd crowd && crowd.running() > 0) {
            crowds.put(key, crowd.running());
          }
        });
    return crowds;
  }

  /**
   * @param running at other nodes, by key
   * @param sharers nodes that share what is allowed, where they cannot hear each other; else 1
   */
  void elsewhere(Function<Long, Integer> running, int sharers) {
    each(
        (key, bound) -> {
          if (bound instanceof Crowd crowd) {
            crowd.elsewhere(running.apply(key), sharers);
          } else if (bound instanceof Gauge gauge) {
            gauge.share(sharers);
          }
        });
  }

  /** Another node has used some, just now. */
  void elsewhere(Elsewhere used, Instant now) {
    each(
        (key, bound) -> {
          if ((key == 0 || key == used.key()) && bound instanceof Gauge gauge) {
            gauge.roll(now);
            gauge.elsewhere(used);
          }
        });
  }

  /** Budgets of a key (0 for the user) that are to be looked up in the rows. */
  List<Budget> budgets(long whose) {
    List<Budget> budgets = new ArrayList<>();
    each(
        (key, bound) -> {
          if (key == whose && bound instanceof Gauge gauge && !gauge.told()) {
            budgets.add(gauge.budget());
          }
        });
    return budgets;
  }

  /** What the rows say of a budget, looked up at a moment. */
  void atLeast(long key, Budget budget, long posted, Instant at) {
    each(
        (whose, bound) -> {
          if (whose == key && bound instanceof Gauge gauge && gauge.budget().equals(budget)) {
            gauge.roll(at);
            gauge.atLeast(posted);
          }
        });
  }

  private void each(BiConsumer<Long, Bound> work) {
    lock.lock();
    try {
      limits.forEach((key, bounds) -> bounds.forEach(bound -> work.accept(key, bound)));
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What is left of a quota that this node knows, in millionths. */
  long left(String group, Instant now) {
    lock.lock();
    try {
      @Nullable Quota quota = quotas.get(group);
      if (quota == null) {
        return 0;
      }
      quota.roll(now);
      return quota.left();
    } finally {
      lock.unlock();
    }
  }

  int holds() {
    lock.lock();
    try {
      return holds;
    } finally {
      lock.unlock();
    }
  }
}
