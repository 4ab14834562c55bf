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
import potluck.gateway.decision.DecisionRecorder;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Verdict;
import potluck.gateway.route.ModelRoute;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * All accounts, and how one is leased. Choosing and taking an account happen under one lock, so two
 * callers never take the same last slot. Leasing never waits for the database. Thread-safe.
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
   * What the pool does if all accounts are busy or failing.
   *
   * @param maxWaiting number of requests that may wait at once
   * @param maxWait how long a request may wait
   * @param maxRest longest cooldown, however often an account failed
   * @param cacheLife how long a conversation prefers the account that served it
   * @param maxConversations number of conversations to remember
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

  /** Loads all accounts. */
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
   * Leases the best account that this caller may use. If all usable accounts are busy, waits for a
   * turn.
   *
   * @throws FailureException NOT_FOUND if no account serves the model; RATE_LIMITED if all accounts
   *     are in cooldown, if too many requests wait or if this one waited too long; UNAVAILABLE if
   *     only an account's owner can help
   */
  public Lease lease(LeaseRequest request) {
    return lease(request, null);
  }

  /**
   * The same, and records which accounts were considered and how long the request waited.
   *
   * @param recorder null if nobody will ask
   */
  public Lease lease(LeaseRequest request, @Nullable DecisionRecorder recorder) {
    long waitLeft = rules.maxWait().toNanos();
    long warmWaitEnd = System.nanoTime() + Math.min(waitLeft, maxWarmWaitNanos(request));
    FairQueue.@Nullable Ticket ticket = null;
    lock.lock();
    try {
      while (true) {
        long now = clock.millis();
        boolean isNext =
            ticket == null ? !queue.hasWaiting(request.route().model()) : queue.isNext(ticket);
        boolean waitForWarm = false;
        if (isNext) {
          long warmWaitLeft = warmWaitEnd - System.nanoTime();
          waitForWarm = ticket == null && warmWaitLeft > 0 && isWarmAccountBusy(request, now);
          Lease lease = waitForWarm ? null : tryLease(request, ticket, recorder, now);
          if (lease != null) {
            return lease;
          }
          if (waitForWarm) {
            // Waits without a ticket, so that requests that may use another account are not
            // delayed.
            waitingForWarmAccount++;
            try {
              waitLeft -= warmWaitLeft - freed.awaitNanos(warmWaitLeft);
            } finally {
              waitingForWarmAccount--;
            }
            continue;
          }
        }
        if (!mayBecomeFree(request, now)
            || waitLeft <= 0
            || (ticket == null && queue.waiting() >= rules.maxWaiting())) {
          recordShortage(request, recorder, now);
          throw new FailureException(
              Shortage.of(request, index, queue.waiting(request.route().model()), now));
        }
        if (ticket == null) {
          ticket =
              queue.enqueue(
                  request.user(),
                  request.route().model(),
                  hasOwnAccount(request),
                  weight(request.user()));
        } else {
          waitLeft = freed.awaitNanos(waitLeft);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          Kind.UNAVAILABLE, "The request was cancelled while it waited for an account.");
    } finally {
      if (ticket != null) {
        queue.remove(ticket);
        freed.signalAll();
      }
      lock.unlock();
      if (recorder != null) {
        recorder.addWait(rules.maxWait().toNanos() - waitLeft);
      }
    }
  }

  /** Leases the best account, or returns null if none can serve now. */
  private @Nullable Lease tryLease(
      LeaseRequest request,
      FairQueue.@Nullable Ticket ticket,
      @Nullable DecisionRecorder recorder,
      long now) {
    if (recorder != null) {
      recorder.begin();
    }
    for (ModelRoute.Leg leg : request.route().legs()) {
      Choice choice = choice(request, leg, now);
      Slot best = choice.best(index.serving(leg.model(), request.user()), recorder);
      if (best != null) {
        String reason = choice.reason(best);
        best.take();
        if (ticket != null) {
          queue.served(ticket, weight(request.user()));
        }
        return new Lease(this, best, request, leg.model(), reason, now);
      }
    }
    return null;
  }

  /** Records why no account can serve, also if it was not this request's turn to choose. */
  private void recordShortage(LeaseRequest request, @Nullable DecisionRecorder recorder, long now) {
    if (recorder != null) {
      recorder.begin();
      for (ModelRoute.Leg leg : request.route().legs()) {
        choice(request, leg, now).best(index.serving(leg.model(), request.user()), recorder);
      }
    }
  }

  private Choice choice(LeaseRequest request, ModelRoute.Leg leg, long now) {
    return new Choice(
        request,
        leg,
        now,
        affinity.find(request, leg.model()),
        affinity.cacheLifeMs(),
        index.meanWeight());
  }

  /** Waiting for a prompt cache is worth about as long as reading the prompt again would take. */
  private static long maxWarmWaitNanos(LeaseRequest request) {
    return request.conversation() == null || request.tokens() < 2_000 || !request.tried().isEmpty()
        ? 0
        : Math.min(2_000, request.tokens() / 20) * 1_000_000;
  }

  private boolean isWarmAccountBusy(LeaseRequest request, long now) {
    ModelRoute.Leg leg = request.route().legs().getFirst();
    return waitingForWarmAccount < rules.maxWaiting()
        && choice(request, leg, now).warmButBusy(index.serving(leg.model(), request.user()))
            != null;
  }

  /** Whether waiting can help: an account could serve once one of its requests ends. */
  private boolean mayBecomeFree(LeaseRequest request, long now) {
    for (ModelRoute.Leg leg : request.route().legs()) {
      for (Slot slot : index.serving(leg.model(), request.user())) {
        Obstacle obstacle = slot.obstacle(request, leg.dialect(), now);
        if (obstacle == null || obstacle.endsWithARequest()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether one of the caller's own accounts serves the model; owners are served first. */
  private boolean hasOwnAccount(LeaseRequest request) {
    return request.route().legs().stream()
        .flatMap(leg -> index.serving(leg.model(), request.user()).stream())
        .anyMatch(slot -> slot.account().owner() == request.user());
  }

  private double weight(long user) {
    return index.weight(user);
  }

  /** Explains what would be chosen for this request now; leases nothing. */
  public Explanation explain(LeaseRequest request) {
    return locked(
        () -> {
          long now = clock.millis();
          long waiting = queue.waiting(request.route().model());
          return new ChoiceExplainer(request, index, waiting, now)
              .explain(leg -> choice(request, leg, now));
        });
  }

  /**
   * A user's share while requests wait.
   *
   * @param weight weight of the user's turns
   * @param waiting number of the user's requests that wait
   * @param allWaiting number of all requests that wait
   */
  public record Share(double weight, long waiting, long allWaiting) {}

  public Share share(long user) {
    return locked(() -> new Share(weight(user), queue.waiting(user), queue.waiting()));
  }

  /** The public names of the models that this caller could use, sorted. */
  public SortedSet<String> models(Caller caller) {
    return locked(() -> index.models(caller));
  }

  /** Whether an account serves a model, by its public name, for this caller. */
  public boolean canServe(Caller caller, String model) {
    return locked(
        () ->
            index.serving(model, caller.user().id()).stream()
                .anyMatch(slot -> slot.isOpenTo(caller)));
  }

  /** Number of enabled accounts with this standing, by its label. */
  public long countByStanding(String word) {
    return locked(
        () ->
            index.all().stream()
                .filter(slot -> slot.account().enabled() && standing(slot).label().equals(word))
                .count());
  }

  /** The standing; ready if a cooldown is over, even if nobody has tried the account since. */
  private Standing standing(Slot slot) {
    return slot.standing().isUsable(clock.instant()) ? Standing.ready() : slot.standing();
  }

  /** Number of cooldowns since the start. */
  public long restCount() {
    return standings.restCount();
  }

  /** Number of requests that wait for a turn. */
  public long waiting() {
    return locked(() -> (long) queue.waiting());
  }

  /**
   * An account as it is now.
   *
   * @param standing ready if a cooldown is over, even if nobody has tried the account since
   * @param running number of running requests on all nodes
   */
  public record State(Account account, Standing standing, int running) {}

  /** All accounts that are in the pool, in no order. */
  public List<State> states() {
    return locked(
        () ->
            index.all().stream()
                .map(slot -> new State(slot.account(), standing(slot), slot.running()))
                .toList());
  }

  /** One account as it is now; empty if it is not in the pool. */
  public Optional<State> state(AccountId id) {
    return locked(
        () ->
            Optional.ofNullable(index.find(id))
                .map(slot -> new State(slot.account(), standing(slot), slot.running())));
  }

  /** The current standing of an account; empty if it is not in the pool. */
  public Optional<Standing> standing(AccountId id) {
    return locked(() -> Optional.ofNullable(index.find(id)).map(this::standing));
  }

  /** Running requests on this node, for accounts with a concurrency limit. */
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
   * Sets the running requests of other nodes.
   *
   * @param running by account
   * @param sharingNodes number of nodes that split each limit because they cannot reach each other;
   *     else 1
   */
  public void setRemoteRunning(Map<AccountId, Integer> running, int sharingNodes) {
    locked(
        () -> {
          for (Slot slot : index.all()) {
            slot.setRemoteRunning(running.getOrDefault(slot.account().id(), 0), sharingNodes);
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
          // A Plug-in service reports the limits of only one of its many accounts.
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
   * One refresh at a time: an older read must not overwrite a newer one, or a deleted account would
   * stay in the pool.
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
