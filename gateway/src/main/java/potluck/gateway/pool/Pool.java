package potluck.gateway.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.route.Route;
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;

/**
 * All accounts, on one table. Choosing an account and taking it is one step under one lock, so two
 * callers never take the same last place. Nothing here waits for a database. Safe for use by many
 * threads.
 */
public final class Pool {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  private final Accounts accounts;
  private final Catalogue catalogue;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Turns turns = new Turns();
  private final Rules rules;
  private final Map<AccountId, Slot> slots = new LinkedHashMap<>();
  private final Map<String, List<Slot>> byModel = new HashMap<>();

  /**
   * How it serves where it is short.
   *
   * @param mostWaiting requests that may wait for their turn at once
   * @param patience how long one may wait
   */
  public record Rules(int mostWaiting, Duration patience) {}

  public Pool(
      Accounts accounts, Catalogue catalogue, Changes changes, Rules rules, InstantSource clock) {
    this.rules = rules;
    this.accounts = accounts;
    this.catalogue = catalogue;
    this.clock = clock;
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
          all.forEach(this::put);
          index();
        });
  }

  /**
   * Chooses the best account that this caller may draw from, and takes it. Where all that could
   * serve are busy, it waits for a turn.
   *
   * @param tried accounts that this request has tried already
   * @throws Refused (NOT_FOUND) where no account serves the model, (LIMITED) where all must rest,
   *     or too many wait already, or for too long
   */
  public Lease lease(Route route, Caller caller, Set<AccountId> tried) {
    long patience = rules.patience().toNanos();
    Turns.@Nullable Ticket ticket = null;
    lock.lock();
    try {
      while (true) {
        Instant now = clock.instant();
        Optional<Lease> lease = take(route, caller, tried, ticket, now);
        if (lease.isPresent()) {
          return lease.get();
        }
        boolean busy = anyBusy(route, caller, tried, now);
        if (!busy || patience <= 0 || (ticket == null && turns.waiting() >= rules.mostWaiting())) {
          throw new Refused(why(route, caller, now));
        }
        if (ticket == null) {
          boolean own =
              usable(route, caller, tried).anyMatch(s -> s.account().owner() == caller.user().id());
          ticket = turns.join(caller.user().id(), route.model(), own, weight(caller.user().id()));
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
  private Optional<Lease> take(
      Route route,
      Caller caller,
      Set<AccountId> tried,
      Turns.@Nullable Ticket ticket,
      Instant now) {
    boolean mine = ticket == null ? !turns.anybodyFor(route.model()) : turns.first(ticket);
    if (!mine) {
      return Optional.empty();
    }
    for (Route.Leg leg : route.legs()) {
      Optional<Slot> best =
          candidates(leg, caller).stream()
              .filter(slot -> !tried.contains(slot.account().id()) && slot.ready(now, caller))
              .min(Choice.order(caller));
      if (best.isPresent()) {
        best.get().take();
        if (ticket != null) {
          turns.taken(ticket, weight(caller.user().id()));
        }
        return Optional.of(new Lease(this, best.get(), leg.model()));
      }
    }
    return Optional.empty();
  }

  private Stream<Slot> usable(Route route, Caller caller, Set<AccountId> tried) {
    return route.legs().stream()
        .flatMap(leg -> candidates(leg, caller).stream())
        .filter(slot -> !tried.contains(slot.account().id()));
  }

  /** Whether waiting helps: somebody could serve, had they not so much to do. */
  private boolean anyBusy(Route route, Caller caller, Set<AccountId> tried, Instant now) {
    return usable(route, caller, tried).anyMatch(slot -> slot.standing().usable(now));
  }

  /**
   * What a user's turns weigh where the pool is short: one, and one more for each account that the
   * user shares.
   */
  private double weight(long user) {
    long shared =
        slots.values().stream()
            .map(Slot::account)
            .filter(account -> account.owner() == user && account.shared() && account.enabled())
            .count();
    return 1 + shared;
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
    lock.lock();
    try {
      return new Share(weight(user), turns.waiting(user), turns.waiting());
    } finally {
      lock.unlock();
    }
  }

  /** The public names of models that this caller could use, in order. */
  public SortedSet<String> models(Caller caller) {
    SortedSet<String> models = new TreeSet<>();
    locked(
        () ->
            byModel.forEach(
                (model, served) -> {
                  if (caller.mayUse(model) && served.stream().anyMatch(s -> s.opensFor(caller))) {
                    models.add(model);
                  }
                }));
    return models;
  }

  /** How an account stands now; empty where it is not in the pool. */
  public Optional<Standing> standing(AccountId id) {
    lock.lock();
    try {
      return Optional.ofNullable(slots.get(id)).map(Slot::standing);
    } finally {
      lock.unlock();
    }
  }

  void giveBack(Slot slot) {
    locked(
        () -> {
          slot.giveBack();
          freed.signalAll();
        });
  }

  void learn(Slot slot, Verdict verdict) {
    @Nullable Standing next =
        switch (verdict) {
          case Verdict.Served _ -> Standing.ready();
          case Verdict.TryAnother another -> another.standing();
          case Verdict.CallerFault _, Verdict.Gone _ -> null;
        };
    if (next == null || !stands(slot, next)) {
      return;
    }
    AccountId id = slot.account().id();
    LOG.info("account {} is {}", id, next.word());
    Thread.ofVirtual().name("standing").start(() -> remember(id, next));
  }

  /** Whether that is news: most requests find an account ready and leave it so. */
  private boolean stands(Slot slot, Standing next) {
    lock.lock();
    try {
      boolean news = !next.equals(slot.standing());
      slot.stand(next);
      return news;
    } finally {
      lock.unlock();
    }
  }

  private void remember(AccountId id, Standing standing) {
    try {
      accounts.remember(id, standing);
    } catch (RuntimeException e) {
      LOG.warn("the standing of account {} could not be kept: {}", id, e.getMessage());
    }
  }

  private List<Slot> candidates(Route.Leg leg, Caller caller) {
    return byModel.getOrDefault(leg.model(), List.of()).stream()
        .filter(slot -> slot.opensFor(caller) && slot.speaks(leg.dialect()))
        .toList();
  }

  /** Why nobody could be taken: there is none, or all have to rest. */
  private Failure why(Route route, Caller caller, Instant now) {
    List<Slot> all =
        route.legs().stream().flatMap(leg -> candidates(leg, caller).stream()).toList();
    if (all.isEmpty()) {
      return Failure.of(
              Kind.NOT_FOUND,
              "The model '"
                  + route.model()
                  + "' does not exist or no account that you may use"
                  + " serves it; GET /v1/models lists what you can use.")
          .code("model_not_found")
          .param("model");
    }
    Optional<Instant> earliest =
        all.stream()
            .map(Slot::standing)
            .flatMap(standing -> until(standing, now).stream())
            .min(Instant::compareTo);
    Duration wait =
        earliest.map(until -> Duration.between(now, until)).orElse(Duration.ofSeconds(1));
    return Failure.of(
            Kind.LIMITED,
            "All accounts that serve '"
                + route.model()
                + "' are busy or resting; the earliest is"
                + " back in "
                + Math.max(1, wait.toSeconds())
                + " s.")
        .code("rate_limit_exceeded")
        .retryAfter(wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait);
  }

  private static Optional<Instant> until(Standing standing, Instant now) {
    return switch (standing) {
      case Standing.Resting resting when resting.until().isAfter(now) ->
          Optional.of(resting.until());
      case Standing.Spent spent when spent.until().isAfter(now) -> Optional.of(spent.until());
      default -> Optional.empty();
    };
  }

  private void refresh(AccountId id) {
    Optional<Account> now = accounts.find(id);
    locked(
        () -> {
          now.ifPresentOrElse(this::put, () -> slots.remove(id));
          index();
        });
  }

  private void put(Account account) {
    @Nullable Slot slot = slots.get(account.id());
    if (slot != null) {
      slot.update(account);
      return;
    }
    Optional<Provider> provider = catalogue.find(account.provider());
    if (provider.isEmpty()) {
      LOG.error("account {}: no provider '{}' in the catalogue", account.id(), account.provider());
      return;
    }
    slots.put(account.id(), new Slot(account, provider.get()));
  }

  private void index() {
    byModel.clear();
    for (Slot slot : slots.values()) {
      Set<String> names = new TreeSet<>(slot.account().models());
      names.addAll(slot.account().modelMap().keySet());
      names.forEach(name -> byModel.computeIfAbsent(name, _ -> new ArrayList<>()).add(slot));
    }
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
