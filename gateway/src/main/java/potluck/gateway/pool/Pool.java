package potluck.gateway.pool;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Limit;
import potluck.dialect.model.Refused;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Standing;
import potluck.gateway.account.Supply;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Verdict;
import potluck.gateway.route.Route;
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;

/**
 * All accounts, on one table. Choosing an account and taking it is one step under one lock, so two
 * callers never take the same last place. Nothing here waits for a database. Safe for use by many
 * threads.
 */
public final class Pool implements AutoCloseable {
  private final Supply accounts;
  private final InstantSource clock;
  private final Rules rules;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock refreshing = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Turns turns = new Turns();
  private final Table table;
  private final Affinity affinity;
  private final Standings standings;
  private int waitingForWarmth;

  /**
   * How it serves where it is short.
   *
   * @param mostWaiting requests that may wait for their turn at once
   * @param patience how long one may wait
   * @param longestRest nobody rests longer for failures, however often it failed
   * @param warmth how long a conversation prefers the account that served it
   * @param mostConversations that are remembered
   */
  public record Rules(
      int mostWaiting,
      Duration patience,
      Duration longestRest,
      Duration warmth,
      int mostConversations) {}

  public Pool(
      Supply accounts,
      Catalogue catalogue,
      Changes changes,
      Rules rules,
      Probe probe,
      InstantSource clock) {
    this.rules = rules;
    this.accounts = accounts;
    this.clock = clock;
    this.table = new Table(catalogue);
    this.affinity = new Affinity(rules.warmth(), rules.mostConversations());
    this.standings = new Standings(accounts, table, rules.longestRest(), probe, lock, clock);
    changes.listen(
        change -> {
          if (change.what() == What.ACCOUNT) {
            refresh(new AccountId(change.name()));
          }
        });
  }

  /** Brings all accounts to the table. */
  public void load() {
    List<Account> all = accounts.all();
    locked(
        () -> {
          all.forEach(account -> table.put(account, clock.millis()));
          table.index();
          return all;
        });
    standings.start();
  }

  /**
   * Chooses the best account that this caller may draw from, and takes it. Where all that could
   * serve are busy, it waits for a turn.
   *
   * @throws Refused (NOT_FOUND) where no account serves the model, (LIMITED) where all must rest,
   *     or too many wait already, or for too long, (UNAVAILABLE) where only people can mend it
   */
  public Lease lease(Want want) {
    long patience = rules.patience().toNanos();
    long coolsAt = System.nanoTime() + Math.min(patience, patienceForWarmth(want));
    Turns.@Nullable Ticket ticket = null;
    lock.lock();
    try {
      while (true) {
        long now = clock.millis();
        boolean mine =
            ticket == null ? !turns.anybodyFor(want.route().model()) : turns.first(ticket);
        boolean warm = false;
        if (mine) {
          long cools = coolsAt - System.nanoTime();
          warm = ticket == null && cools > 0 && warmAndBusy(want, now);
          Lease lease = warm ? null : take(want, ticket, now);
          if (lease != null) {
            return lease;
          }
          if (warm) {
            // Without a ticket: others, to whom another account is as good, are not held up.
            waitingForWarmth++;
            try {
              patience -= cools - freed.awaitNanos(cools);
            } finally {
              waitingForWarmth--;
            }
            continue;
          }
        }
        if (!anyBusy(want, now)
            || patience <= 0
            || (ticket == null && turns.waiting() >= rules.mostWaiting())) {
          throw new Refused(Shortage.of(want, table, turns.waiting(want.route().model()), now));
        }
        if (ticket == null) {
          ticket = turns.join(want.user(), want.route().model(), owns(want), weight(want.user()));
        } else {
          patience = freed.awaitNanos(patience);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(Kind.UNAVAILABLE, "The request was given up while it waited its turn.");
    } finally {
      if (ticket != null) {
        turns.leave(ticket);
        freed.signalAll();
      }
      lock.unlock();
    }
  }

  /** A place that is free goes to whoever's turn it is; where nobody waits, to whoever asks. */
  private @Nullable Lease take(Want want, Turns.@Nullable Ticket ticket, long now) {
    for (Route.Leg leg : want.route().legs()) {
      Choice choice = choice(want, leg, now);
      Slot best = choice.best(table.serving(leg.model(), want.user()));
      if (best != null) {
        String reason = choice.words(best);
        best.take();
        if (ticket != null) {
          turns.taken(ticket, weight(want.user()));
        }
        return new Lease(this, best, want, leg.model(), reason, now);
      }
    }
    return null;
  }

  private Choice choice(Want want, Route.Leg leg, long now) {
    return new Choice(
        want, leg, now, affinity.find(want, leg.model()), affinity.lifeMs(), table.meanWeight());
  }

  /** A prompt cache is worth a wait of about as long as reading the prompt afresh would take. */
  private static long patienceForWarmth(Want want) {
    return want.conversation() == null || want.tokens() < 2_000 || !want.tried().isEmpty()
        ? 0
        : Math.min(2_000, want.tokens() / 20) * 1_000_000;
  }

  private boolean warmAndBusy(Want want, long now) {
    Route.Leg leg = want.route().legs().getFirst();
    return waitingForWarmth < rules.mostWaiting()
        && choice(want, leg, now).warmButBusy(table.serving(leg.model(), want.user())) != null;
  }

  /** Whether waiting helps: somebody could serve, had they not so much to do. */
  private boolean anyBusy(Want want, long now) {
    for (Route.Leg leg : want.route().legs()) {
      for (Slot slot : table.serving(leg.model(), want.user())) {
        Obstacle obstacle = slot.obstacle(want, leg.dialect(), now);
        if (obstacle == null || obstacle.passing()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether one of the caller's own accounts could serve: owners go first. */
  private boolean owns(Want want) {
    return want.route().legs().stream()
        .flatMap(leg -> table.serving(leg.model(), want.user()).stream())
        .anyMatch(slot -> slot.account().owner() == want.user());
  }

  private double weight(long user) {
    return table.weight(user);
  }

  /** What would be chosen for this request now, and why; nothing is taken. */
  public Explanation explain(Want want) {
    return locked(
        () -> {
          long now = clock.millis();
          long waiting = turns.waiting(want.route().model());
          return new Explaining(want, table, waiting, now).with(leg -> choice(want, leg, now));
        });
  }

  /**
   * How a user stands where the pool is short.
   *
   * @param weight of the user's turns
   * @param waiting requests of the user's that wait
   * @param allWaiting requests of everybody's that wait
   */
  public record Share(double weight, long waiting, long allWaiting) {}

  public Share share(long user) {
    return locked(() -> new Share(weight(user), turns.waiting(user), turns.waiting()));
  }

  /** The public names of models that this caller could use, in order. */
  public SortedSet<String> models(Caller caller) {
    return locked(() -> table.models(caller));
  }

  /** Whether there is an account that serves a model for this caller, by the public name. */
  public boolean serves(Caller caller, String model) {
    return locked(
        () ->
            table.serving(model, caller.user().id()).stream()
                .anyMatch(slot -> slot.opensFor(caller)));
  }

  /** How many accounts stand so, by the word for it. */
  public long standing(String word) {
    return locked(
        () ->
            table.all().stream()
                .filter(slot -> slot.account().enabled() && standing(slot).word().equals(word))
                .count());
  }

  /** A rest that is over is none, whether or not somebody has tried the account since. */
  private Standing standing(Slot slot) {
    return slot.standing().usable(clock.instant()) ? Standing.ready() : slot.standing();
  }

  /** How often an account was sent to rest since the start. */
  public long rests() {
    return standings.rests();
  }

  /** Requests that wait for a turn. */
  public long waiting() {
    return locked(() -> (long) turns.waiting());
  }

  /** How an account stands now; empty where it is not in the pool. */
  public Optional<Standing> standing(AccountId id) {
    return locked(() -> Optional.ofNullable(table.find(id)).map(this::standing));
  }

  /** Requests under way at this node, of the accounts that bear only so many. */
  public Map<AccountId, Integer> busy() {
    return locked(
        () -> {
          Map<AccountId, Integer> busy = new HashMap<>();
          for (Slot slot : table.all()) {
            if (slot.here() > 0 && slot.account().maxConcurrency() > 0) {
              busy.put(slot.account().id(), slot.here());
            }
          }
          return busy;
        });
  }

  /**
   * What other nodes have under way.
   *
   * @param running by account
   * @param sharers nodes that share what an account bears, where they cannot hear each other; else
   *     1
   */
  public void elsewhere(Map<AccountId, Integer> running, int sharers) {
    locked(
        () -> {
          for (Slot slot : table.all()) {
            slot.elsewhere(running.getOrDefault(slot.account().id(), 0), sharers);
          }
          if (turns.waiting() > 0) {
            freed.signalAll();
          }
          return running;
        });
  }

  void giveBack(Slot slot) {
    locked(
        () -> {
          slot.giveBack();
          freed.signalAll();
          return slot;
        });
  }

  void began(Lease lease, Slot slot, List<Limit> limits) {
    locked(
        () -> {
          long now = clock.millis();
          slot.form().firstByte(now, now - lease.takenAt());
          // A service says what is left of one of its many accounts.
          if (!limits.isEmpty() && !slot.account().servesAny()) {
            slot.limits(limits, now);
          }
          return slot;
        });
  }

  void learn(Lease lease, Slot slot, Verdict verdict) {
    locked(
        () -> {
          if (verdict instanceof Verdict.Served) {
            affinity.used(lease.want(), lease.model(), lease.account().id(), clock.millis());
          }
          standings.learn(slot, verdict, lease.want().user(), lease.takenAt());
          return slot;
        });
  }

  /**
   * One at a time: what was read first must not be put last, or an account that is gone would stay
   * in the pool.
   */
  private void refresh(AccountId id) {
    refreshing.lock();
    try {
      Optional<Account> found = accounts.find(id);
      locked(
          () -> {
            found.ifPresentOrElse(
                account -> table.put(account, clock.millis()), () -> table.remove(id));
            table.index();
            freed.signalAll();
            return id;
          });
    } finally {
      refreshing.unlock();
    }
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    standings.close();
  }
}
