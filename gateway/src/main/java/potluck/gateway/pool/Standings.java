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
 * Updates the standing of accounts from the outcomes of requests, and probes an account if the
 * failing requests may be to blame instead. Standings are saved by a background thread. Guarded by
 * the pool's lock.
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
      AccountIndex index,
      Duration maxRest,
      Probe probe,
      ReentrantLock lock,
      InstantSource clock) {
    this.accounts = accounts;
    this.index = index;
    this.maxRest = maxRest;
    this.probe = probe;
    this.lock = lock;
    this.clock = clock;
  }

  /** Number of cooldowns since the start. */
  long restCount() {
    return restCount.get();
  }

  void start() {
    saveThread.start();
  }

  /**
   * @param takenAt when the request leased the account, in epoch milliseconds; outcomes of requests
   *     from before the last change of standing are ignored
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
    Evidence evidence = another.evidence();
    if (evidence != Evidence.LIMIT && slot.suspicion().excuses(user, now)) {
      return;
    }
    boolean current = takenAt >= slot.standingSinceMs();
    if (!current
        && (evidence != Evidence.LIMIT || !isLaterThan(another.standing(), slot.usableAt()))) {
      return;
    }
    if (evidence == Evidence.LIMIT) {
      slot.health().recordLimited();
    } else {
      slot.health().recordFailure(now);
      slot.suspicion().recordFailure(user);
    }
    boolean saidByProvider = another.failure().retryAfter() != null;
    Standing wanted =
        saidByProvider ? another.standing() : backedOff(another.standing(), slot, now);
    Standing next = capped(wanted, now);
    // If the cooldown was capped, the account is tried with one request first.
    set(slot, next, evidence != Evidence.LIMIT || !next.equals(wanted), now);
    boolean doubtful =
        evidence == Evidence.CREDENTIAL
            || (evidence == Evidence.FAULT
                && slot.health().consecutiveFailures() > 1
                && slot.suspicion().isOneUser());
    if (doubtful && slot.suspicion().beginProbe()) {
      Account account = slot.account();
      Thread.ofVirtual().name("probe").start(() -> probe(account, slot.provider(), evidence));
    }
  }

  private static boolean isLaterThan(Standing standing, long than) {
    return standing instanceof Resting resting && resting.until().toEpochMilli() > than;
  }

  /** If the provider does not say how long, each failure in a row doubles the cooldown. */
  private Standing backedOff(Standing standing, Slot slot, long now) {
    if (!(standing instanceof Resting(Instant until, String why))) {
      return standing;
    }
    int doublings = Math.min(MAX_DOUBLINGS, Math.max(0, slot.health().consecutiveFailures() - 1));
    long rest = Math.max(1, until.toEpochMilli() - now) << doublings;
    return new Resting(Instant.ofEpochMilli(now + rest), why);
  }

  /** Caps the cooldown, whatever a provider says ("retry-after: 10 years"). */
  private Standing capped(Standing standing, long now) {
    Instant latest = Instant.ofEpochMilli(now).plus(maxRest);
    return standing instanceof Resting(Instant until, String why) && until.isAfter(latest)
        ? new Resting(latest, why)
        : standing;
  }

  private void set(Slot slot, Standing next, boolean onTrial, long now) {
    boolean changed = !next.equals(slot.standing());
    slot.setStanding(next, onTrial, now);
    if (changed) {
      if (next instanceof Resting) {
        restCount.incrementAndGet();
      }
      LOG.info("account {} is {}", slot.account().id(), next.label());
      unsaved.add(slot.account().id());
    }
  }

  /** Runs without the lock and takes it at the end. */
  private void probe(Account account, Provider provider, Evidence evidence) {
    @Nullable Verdict verdict = null;
    try {
      verdict = probe.probe(account, provider);
    } catch (RuntimeException e) {
      LOG.warn("could not probe account {}: {}", account.id(), e.getMessage());
    }
    lock.lock();
    try {
      Slot slot = index.find(account.id());
      if (slot != null) {
        slot.suspicion().endProbe();
        probed(slot, verdict, evidence, clock.millis());
      }
    } finally {
      lock.unlock();
    }
  }

  private void probed(Slot slot, @Nullable Verdict verdict, Evidence evidence, long now) {
    switch (verdict) {
      case null -> {}
      // Even a rejected probe shows that the credential and the account work.
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
      case TryAnother another when evidence == Evidence.CREDENTIAL ->
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
      LOG.warn("could not save the standing of account {}: {}", id, e.getMessage());
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
