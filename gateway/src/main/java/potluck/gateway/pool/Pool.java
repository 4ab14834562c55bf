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
import potluck.dialect.model.FailureException;
import potluck.dialect.model.RateLimit;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.AccountSource;
import potluck.gateway.account.Standing;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Verdict;
import potluck.gateway.route.ModelRoute;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * All accounts, on one table. Choosing an account and taking it is one step under one lock, so two
 * callers never take the same last place. Nothing here waits for a database. Safe for use by many
 * threads.
 */
public final class Pool implements AutoCloseable {
  private final AccountSource accounts;
  private final InstantSource clock;
  private final Rules rules;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock refreshing = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final FairQueue queue = new FairQueue();
  private final AccountIndex index;
  private final Affinity affinity;
  private final Standings standings;
  private int waitingForWarmAccount;

  /**
   * How it serves where it is short.
   *
   * @param maxWaiting requests that may wait for their turn at once
   * @param maxWait how long one may wait
   * @param maxRest nobody rests longer for failures, however often it failed
   * @param cacheLife how long a conversation prefers the account that served it
   * @param maxConversations that are remembered
   */
  public record Rules(
      int maxWaiting,
      Duration maxWait,
      Duration maxRest,
      Duration cacheLife,
      int maxConversations) {}

  public Pool(
      AccountSource accounts,
      Catalogue catalogue,
      ChangeFeed changes,
      Rules rules,
      Probe probe,
      InstantSource clock) {
    this.rules = rules;
    this.accounts = accounts;
    this.clock = clock;
    this.index = new AccountIndex(catalogue);
    this.affinity = new Affinity(rules.cacheLife(), rules.maxConversations());
    this.standings = new Standings(accounts, index, rules.maxRest(), probe, lock, clock);
    changes.listen(
        change -> {
          if (change.topic() == Topic.ACCOUNT) {
            refresh(new AccountId(change.id()));
          }
        });
  }

  /** Brings all accounts to the table. */
  public void load() {
    List<Account> all = accounts.all();
    locked(
        () -> {
          all.forEach(account -> index.upsert(account, clock.millis()));
          index.rebuild();
          return all;
        });
    standings.start();
  }

  /**
   * Chooses the best account that this caller may draw from, and takes it. Where all that could
   * serve are busy, it waits for a turn.
   *
   * @throws FailureException (NOT_FOUND) where no account serves the model, (LIMITED) where all
   *     must rest, or too many wait already, or for too long, (UNAVAILABLE) where only people can
   *     mend it
   */
  public Lease lease(LeaseRequest want) {
    long patience = rules.maxWait().toNanos();
    long coolsAt = System.nanoTime() + Math.min(patience, maxWarmWaitNanos(want));
    FairQueue.@Nullable Ticket ticket = null;
    lock.lock();
    try {
      while (true) {
        long now = clock.millis();
        boolean mine =
            ticket == null ? !queue.hasWaiting(want.route().model()) : queue.isNext(ticket);
        boolean warm = false;
        if (mine) {
          long cools = coolsAt - System.nanoTime();
          warm = ticket == null && cools > 0 && isWarmAccountBusy(want, now);
          Lease lease = warm ? null : tryLease(want, ticket, now);
          if (lease != null) {
            return lease;
          }
          if (warm) {
            // Without a ticket: others, to whom another account is as good, are not held up.
            waitingForWarmAccount++;
            try {
              patience -= cools - freed.awaitNanos(cools);
            } finally {
              waitingForWarmAccount--;
            }
            continue;
          }
        }
        if (!mayBecomeFree(want, now)
            || patience <= 0
            || (ticket == null && queue.waiting() >= rules.maxWaiting())) {
          throw new FailureException(
              Shortage.of(want, index, queue.waiting(want.route().model()), now));
        }
        if (ticket == null) {
          ticket =
              queue.enqueue(
                  want.user(), want.route().model(), hasOwnAccount(want), weight(want.user()));
        } else {
          patience = freed.awaitNanos(patience);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          Kind.UNAVAILABLE, "The request was given up while it waited its turn.");
    } finally {
      if (ticket != null) {
        queue.remove(ticket);
        freed.signalAll();
      }
      lock.unlock();
    }
  }

  /** A place that is free goes to whoever's turn it is; where nobody waits, to whoever asks. */
  private @Nullable Lease tryLease(LeaseRequest want, FairQueue.@Nullable Ticket ticket, long now) {
    for (ModelRoute.Leg leg : want.route().legs()) {
      Choice choice = choice(want, leg, now);
      Slot best = choice.best(index.serving(leg.model(), want.user()));
      if (best != null) {
        String reason = choice.reason(best);
        best.take();
        if (ticket != null) {
          queue.served(ticket, weight(want.user()));
        }
        return new Lease(this, best, want, leg.model(), reason, now);
      }
    }
    return null;
  }

  private Choice choice(LeaseRequest want, ModelRoute.Leg leg, long now) {
    return new Choice(
        want,
        leg,
        now,
        affinity.find(want, leg.model()),
        affinity.cacheLifeMs(),
        index.meanWeight());
  }

  /** A prompt cache is worth a wait of about as long as reading the prompt afresh would take. */
  private static long maxWarmWaitNanos(LeaseRequest want) {
    return want.conversation() == null || want.tokens() < 2_000 || !want.tried().isEmpty()
        ? 0
        : Math.min(2_000, want.tokens() / 20) * 1_000_000;
  }

  private boolean isWarmAccountBusy(LeaseRequest want, long now) {
    ModelRoute.Leg leg = want.route().legs().getFirst();
    return waitingForWarmAccount < rules.maxWaiting()
        && choice(want, leg, now).warmButBusy(index.serving(leg.model(), want.user())) != null;
  }

  /** Whether waiting helps: somebody could serve, had they not so much to do. */
  private boolean mayBecomeFree(LeaseRequest want, long now) {
    for (ModelRoute.Leg leg : want.route().legs()) {
      for (Slot slot : index.serving(leg.model(), want.user())) {
        Obstacle obstacle = slot.obstacle(want, leg.dialect(), now);
        if (obstacle == null || obstacle.endsWithARequest()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether one of the caller's own accounts could serve: owners go first. */
  private boolean hasOwnAccount(LeaseRequest want) {
    return want.route().legs().stream()
        .flatMap(leg -> index.serving(leg.model(), want.user()).stream())
        .anyMatch(slot -> slot.account().owner() == want.user());
  }

  private double weight(long user) {
    return index.weight(user);
  }

  /** What would be chosen for this request now, and why; nothing is taken. */
  public Explanation explain(LeaseRequest want) {
    return locked(
        () -> {
          long now = clock.millis();
          long waiting = queue.waiting(want.route().model());
          return new ChoiceExplainer(want, index, waiting, now)
              .explain(leg -> choice(want, leg, now));
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
    return locked(() -> new Share(weight(user), queue.waiting(user), queue.waiting()));
  }

  /** The public names of models that this caller could use, in order. */
  public SortedSet<String> models(Caller caller) {
    return locked(() -> index.models(caller));
  }

  /** Whether there is an account that serves a model for this caller, by the public name. */
  public boolean canServe(Caller caller, String model) {
    return locked(
        () ->
            index.serving(model, caller.user().id()).stream()
                .anyMatch(slot -> slot.isOpenTo(caller)));
  }

  /** How many accounts stand so, by the word for it. */
  public long standing(String word) {
    return locked(
        () ->
            index.all().stream()
                .filter(slot -> slot.account().enabled() && standing(slot).label().equals(word))
                .count());
  }

  /** A rest that is over is none, whether or not somebody has tried the account since. */
  private Standing standing(Slot slot) {
    return slot.standing().isUsable(clock.instant()) ? Standing.ready() : slot.standing();
  }

  /** How often an account was sent to rest since the start. */
  public long restCount() {
    return standings.restCount();
  }

  /** Requests that wait for a turn. */
  public long waiting() {
    return locked(() -> (long) queue.waiting());
  }

  /** How an account stands now; empty where it is not in the pool. */
  public Optional<Standing> standing(AccountId id) {
    return locked(() -> Optional.ofNullable(index.find(id)).map(this::standing));
  }

  /** Requests under way at this node, of the accounts that bear only so many. */
  public Map<AccountId, Integer> runningByAccount() {
    return locked(
        () -> {
          Map<AccountId, Integer> busy = new HashMap<>();
          for (Slot slot : index.all()) {
            if (slot.runningHere() > 0 && slot.account().maxConcurrency() > 0) {
              busy.put(slot.account().id(), slot.runningHere());
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
  public void setRemoteRunning(Map<AccountId, Integer> running, int sharers) {
    locked(
        () -> {
          for (Slot slot : index.all()) {
            slot.setRemoteRunning(running.getOrDefault(slot.account().id(), 0), sharers);
          }
          if (queue.waiting() > 0) {
            freed.signalAll();
          }
          return running;
        });
  }

  void release(Slot slot) {
    locked(
        () -> {
          slot.release();
          freed.signalAll();
          return slot;
        });
  }

  void answerStarted(Lease lease, Slot slot, List<RateLimit> limits) {
    locked(
        () -> {
          long now = clock.millis();
          slot.health().recordFirstByte(now, now - lease.takenAt());
          // A service says what is left of one of its many accounts.
          if (!limits.isEmpty() && !slot.account().servesAny()) {
            slot.setLimits(limits, now);
          }
          return slot;
        });
  }

  void recordVerdict(Lease lease, Slot slot, Verdict verdict) {
    locked(
        () -> {
          if (verdict instanceof Verdict.Served) {
            affinity.record(lease.request(), lease.model(), lease.account().id(), clock.millis());
          }
          standings.record(slot, verdict, lease.request().user(), lease.takenAt());
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
                account -> index.upsert(account, clock.millis()), () -> index.remove(id));
            index.rebuild();
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
