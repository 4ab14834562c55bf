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
import java.util.concurrent.locks.ReentrantLock;
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
  private final Map<AccountId, Slot> slots = new LinkedHashMap<>();
  private final Map<String, List<Slot>> byModel = new HashMap<>();

  public Pool(Accounts accounts, Catalogue catalogue, Changes changes, InstantSource clock) {
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
   * Chooses the best account that this caller may draw from, and takes it.
   *
   * @param tried accounts that this request has tried already
   * @throws Refused (NOT_FOUND) where no account serves the model, (LIMITED) where all must rest
   */
  public Lease lease(Route route, Caller caller, Set<AccountId> tried) {
    Instant now = clock.instant();
    lock.lock();
    try {
      for (Route.Leg leg : route.legs()) {
        Optional<Slot> best =
            candidates(leg, caller).stream()
                .filter(slot -> !tried.contains(slot.account().id()) && slot.ready(now))
                .min(Choice.order(caller));
        if (best.isPresent()) {
          best.get().take();
          return new Lease(this, best.get(), leg.model());
        }
      }
      throw new Refused(why(route, caller, now));
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
    locked(slot::giveBack);
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
