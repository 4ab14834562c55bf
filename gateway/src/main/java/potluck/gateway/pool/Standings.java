package potluck.gateway.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.AccountSource;
import potluck.gateway.account.Standing;
import potluck.gateway.account.Standing.Resting;
import potluck.gateway.account.Standing.Revoked;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.provider.Verdict.Evidence;
import potluck.gateway.provider.Verdict.TryAnother;

/**
 * How accounts stand, by what came of requests, and by probes where that may be the request's fault
 * rather than the account's. What it decides is kept in the database by a thread of its own.
 * Guarded by the pool's lock.
 */
final class Standings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Standings.class);
  private static final int MAX_DOUBLINGS = 16;

  private final AccountSource accounts;
  private final AccountIndex index;
  private final Duration maxRest;
  private final Probe probe;
  private final ReentrantLock lock;
  private final InstantSource clock;
  private final BlockingQueue<AccountId> unsaved = new LinkedBlockingQueue<>();
  private final AtomicLong restCount = new AtomicLong();
  private final Thread saveThread = Thread.ofVirtual().name("standings").unstarted(this::save);

  Standings(
      AccountSource accounts,
      AccountIndex table,
      Duration longestRest,
      Probe probe,
      ReentrantLock lock,
      InstantSource clock) {
    this.accounts = accounts;
    this.index = table;
    this.maxRest = longestRest;
    this.probe = probe;
    this.lock = lock;
    this.clock = clock;
  }

  /** How often an account was sent to rest since the start. */
  long restCount() {
    return restCount.get();
  }

  void start() {
    saveThread.start();
  }

  /**
   * @param takenAt when the request took the account, in epoch milliseconds: what came of an older
   *     one is no news
   */
  void record(Slot slot, Verdict verdict, long user, long takenAt) {
    long now = clock.millis();
    switch (verdict) {
      case Verdict.Served _ -> served(slot, takenAt, now);
      case TryAnother another -> failed(slot, another, user, takenAt, now);
      case Verdict.CallerFault _, Verdict.Gone _ -> {}
    }
  }

  private void served(Slot slot, long takenAt, long now) {
    slot.health().recordSuccess(now, now - takenAt);
    slot.suspicion().recordSuccess();
    if (!(slot.standing() instanceof Standing.Ready) && takenAt >= slot.standingSinceMs()) {
      slot.catchUp(index.minTurn());
      set(slot, Standing.ready(), false, now);
    }
  }

  private void failed(Slot slot, TryAnother another, long user, long takenAt, long now) {
    Evidence ground = another.evidence();
    if (ground != Evidence.LIMIT && slot.suspicion().excuses(user, now)) {
      return;
    }
    boolean news = takenAt >= slot.standingSinceMs();
    if (!news && (ground != Evidence.LIMIT || !isLaterThan(another.standing(), slot.usableAt()))) {
      return;
    }
    if (ground == Evidence.LIMIT) {
      slot.health().recordLimited();
    } else {
      slot.health().recordFailure(now);
      slot.suspicion().recordFailure(user);
    }
    boolean said = another.failure().retryAfter() != null;
    Standing wanted = said ? another.standing() : backedOff(another.standing(), slot, now);
    Standing next = capped(wanted, now);
    // What is over sooner than its provider said is tried with one request, too.
    set(slot, next, ground != Evidence.LIMIT || !next.equals(wanted), now);
    boolean doubtful =
        ground == Evidence.CREDENTIAL
            || (ground == Evidence.FAULT
                && slot.health().consecutiveFailures() > 1
                && slot.suspicion().isOneUser());
    if (doubtful && slot.suspicion().beginProbe()) {
      Account account = slot.account();
      Thread.ofVirtual().name("probe").start(() -> probe(account, slot.provider(), ground));
    }
  }

  private static boolean isLaterThan(Standing standing, long than) {
    return standing instanceof Resting resting && resting.until().toEpochMilli() > than;
  }

  /** Where the provider does not say how long, each failure in a row doubles the rest. */
  private Standing backedOff(Standing standing, Slot slot, long now) {
    if (!(standing instanceof Resting(Instant until, String why))) {
      return standing;
    }
    int doublings = Math.min(MAX_DOUBLINGS, Math.max(0, slot.health().consecutiveFailures() - 1));
    long rest = Math.max(1, until.toEpochMilli() - now) << doublings;
    return new Resting(Instant.ofEpochMilli(now + rest), why);
  }

  /** Nobody rests longer, whatever a provider says ("retry-after: 10 years"). */
  private Standing capped(Standing standing, long now) {
    Instant latest = Instant.ofEpochMilli(now).plus(maxRest);
    return standing instanceof Resting(Instant until, String why) && until.isAfter(latest)
        ? new Resting(latest, why)
        : standing;
  }

  private void set(Slot slot, Standing next, boolean onTrial, long now) {
    boolean news = !next.equals(slot.standing());
    slot.setStanding(next, onTrial, now);
    if (news) {
      if (next instanceof Resting) {
        restCount.incrementAndGet();
      }
      LOG.info("account {} is {}", slot.account().id(), next.label());
      unsaved.add(slot.account().id());
    }
  }

  /** Without the lock, but for its end. */
  private void probe(Account account, Provider provider, Evidence ground) {
    @Nullable Verdict verdict = null;
    try {
      verdict = probe.probe(account, provider);
    } catch (RuntimeException e) {
      LOG.warn("account {} could not be probed: {}", account.id(), e.getMessage());
    }
    lock.lock();
    try {
      Slot slot = index.find(account.id());
      if (slot != null) {
        slot.suspicion().endProbe();
        probed(slot, verdict, ground, clock.millis());
      }
    } finally {
      lock.unlock();
    }
  }

  private void probed(Slot slot, @Nullable Verdict verdict, Evidence ground, long now) {
    switch (verdict) {
      case null -> {}
      // Even a refusal of the question itself shows that the account may ask.
      case Verdict.Served _, Verdict.CallerFault _ -> {
        slot.suspicion().accountIsHealthy(now);
        slot.health().reset();
        set(slot, Standing.ready(), false, now);
      }
      case TryAnother another when another.standing() instanceof Revoked ->
          set(slot, another.standing(), false, now);
      case TryAnother another when another.evidence() == Evidence.CREDENTIAL -> {
        int status = another.failure().upstreamStatus();
        set(slot, new Revoked("credential refused with " + status), false, now);
      }
      case TryAnother another when ground == Evidence.CREDENTIAL ->
          set(slot, another.standing(), true, now);
      case TryAnother _, Verdict.Gone _ -> {}
    }
  }

  private void save() {
    try {
      while (true) {
        save(unsaved.take());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void save(AccountId id) {
    @Nullable Standing standing = currentStanding(id);
    if (standing == null) {
      return;
    }
    try {
      Optional<Instant> at = accounts.saveStanding(id, standing);
      lock.lock();
      try {
        Slot slot = index.find(id);
        if (slot != null) {
          at.ifPresent(slot::standingSaved);
        }
      } finally {
        lock.unlock();
      }
    } catch (RuntimeException e) {
      LOG.warn("the standing of account {} could not be kept: {}", id, e.getMessage());
    }
  }

  private @Nullable Standing currentStanding(AccountId id) {
    lock.lock();
    try {
      Slot slot = index.find(id);
      return slot == null ? null : slot.standing();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    saveThread.interrupt();
  }
}
