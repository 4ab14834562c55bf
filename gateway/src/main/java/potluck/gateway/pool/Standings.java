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
import potluck.gateway.account.Standing;
import potluck.gateway.account.Standing.Resting;
import potluck.gateway.account.Standing.Revoked;
import potluck.gateway.account.Supply;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.provider.Verdict.Ground;
import potluck.gateway.provider.Verdict.TryAnother;

/**
 * How accounts stand, by what came of requests, and by probes where that may be the request's fault
 * rather than the account's. What it decides is kept in the database by a thread of its own.
 * Guarded by the pool's lock.
 */
final class Standings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Standings.class);
  private static final int MOST_DOUBLINGS = 16;

  private final Supply accounts;
  private final Table table;
  private final Duration longestRest;
  private final Probe probe;
  private final ReentrantLock lock;
  private final InstantSource clock;
  private final BlockingQueue<AccountId> changed = new LinkedBlockingQueue<>();
  private final AtomicLong rests = new AtomicLong();
  private final Thread keeper = Thread.ofVirtual().name("standings").unstarted(this::keep);

  Standings(
      Supply accounts,
      Table table,
      Duration longestRest,
      Probe probe,
      ReentrantLock lock,
      InstantSource clock) {
    this.accounts = accounts;
    this.table = table;
    this.longestRest = longestRest;
    this.probe = probe;
    this.lock = lock;
    this.clock = clock;
  }

  /** How often an account was sent to rest since the start. */
  long rests() {
    return rests.get();
  }

  void start() {
    keeper.start();
  }

  /**
   * @param takenAt when the request took the account, in epoch milliseconds: what came of an older
   *     one is no news
   */
  void learn(Slot slot, Verdict verdict, long user, long takenAt) {
    long now = clock.millis();
    switch (verdict) {
      case Verdict.Served _ -> served(slot, takenAt, now);
      case TryAnother another -> failed(slot, another, user, takenAt, now);
      case Verdict.CallerFault _, Verdict.Gone _ -> {}
    }
  }

  private void served(Slot slot, long takenAt, long now) {
    slot.form().served(now, now - takenAt);
    slot.suspicion().served();
    if (!(slot.standing() instanceof Standing.Ready) && takenAt >= slot.since()) {
      slot.catchUp(table.leastTurn());
      set(slot, Standing.ready(), false, now);
    }
  }

  private void failed(Slot slot, TryAnother another, long user, long takenAt, long now) {
    Ground ground = another.ground();
    if (ground != Ground.LIMIT && slot.suspicion().excuses(user, now)) {
      return;
    }
    boolean news = takenAt >= slot.since();
    if (!news && (ground != Ground.LIMIT || !later(another.standing(), slot.usableAt()))) {
      return;
    }
    if (ground == Ground.LIMIT) {
      slot.form().limited();
    } else {
      slot.form().failed(now);
      slot.suspicion().failed(user);
    }
    boolean said = another.failure().retryAfter() != null;
    Standing wanted = said ? another.standing() : longer(another.standing(), slot, now);
    Standing next = bounded(wanted, now);
    // What is over sooner than its provider said is tried with one request, too.
    set(slot, next, ground != Ground.LIMIT || !next.equals(wanted), now);
    boolean doubtful =
        ground == Ground.CREDENTIAL
            || (ground == Ground.FAULT
                && slot.form().failuresInARow() > 1
                && slot.suspicion().onlyOne());
    if (doubtful && slot.suspicion().beginProbe()) {
      Account account = slot.account();
      Thread.ofVirtual().name("probe").start(() -> probe(account, slot.provider(), ground));
    }
  }

  private static boolean later(Standing standing, long than) {
    return standing instanceof Resting resting && resting.until().toEpochMilli() > than;
  }

  /** Where the provider does not say how long, each failure in a row doubles the rest. */
  private Standing longer(Standing standing, Slot slot, long now) {
    if (!(standing instanceof Resting(Instant until, String why))) {
      return standing;
    }
    int doublings = Math.min(MOST_DOUBLINGS, Math.max(0, slot.form().failuresInARow() - 1));
    long rest = Math.max(1, until.toEpochMilli() - now) << doublings;
    return new Resting(Instant.ofEpochMilli(now + rest), why);
  }

  /** Nobody rests longer, whatever a provider says ("retry-after: 10 years"). */
  private Standing bounded(Standing standing, long now) {
    Instant latest = Instant.ofEpochMilli(now).plus(longestRest);
    return standing instanceof Resting(Instant until, String why) && until.isAfter(latest)
        ? new Resting(latest, why)
        : standing;
  }

  private void set(Slot slot, Standing next, boolean onTrial, long now) {
    boolean news = !next.equals(slot.standing());
    slot.stand(next, onTrial, now);
    if (news) {
      if (next instanceof Resting) {
        rests.incrementAndGet();
      }
      LOG.info("account {} is {}", slot.account().id(), next.word());
      changed.add(slot.account().id());
    }
  }

  /** Without the lock, but for its end. */
  private void probe(Account account, Provider provider, Ground ground) {
    @Nullable Verdict verdict = null;
    try {
      verdict = probe.ask(account, provider);
    } catch (RuntimeException e) {
      LOG.warn("account {} could not be probed: {}", account.id(), e.getMessage());
    }
    lock.lock();
    try {
      Slot slot = table.find(account.id());
      if (slot != null) {
        slot.suspicion().endProbe();
        probed(slot, verdict, ground, clock.millis());
      }
    } finally {
      lock.unlock();
    }
  }

  private void probed(Slot slot, @Nullable Verdict verdict, Ground ground, long now) {
    switch (verdict) {
      case null -> {}
      // Even a refusal of the question itself shows that the account may ask.
      case Verdict.Served _, Verdict.CallerFault _ -> {
        slot.suspicion().cleared(now);
        slot.form().forgiven();
        set(slot, Standing.ready(), false, now);
      }
      case TryAnother another when another.standing() instanceof Revoked ->
          set(slot, another.standing(), false, now);
      case TryAnother another when another.ground() == Ground.CREDENTIAL -> {
        int status = another.failure().upstreamStatus();
        set(slot, new Revoked("credential refused with " + status), false, now);
      }
      case TryAnother another when ground == Ground.CREDENTIAL ->
          set(slot, another.standing(), true, now);
      case TryAnother _, Verdict.Gone _ -> {}
    }
  }

  private void keep() {
    try {
      while (true) {
        keep(changed.take());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void keep(AccountId id) {
    @Nullable Standing standing = read(id);
    if (standing == null) {
      return;
    }
    try {
      Optional<Instant> at = accounts.remember(id, standing);
      lock.lock();
      try {
        Slot slot = table.find(id);
        if (slot != null) {
          at.ifPresent(slot::kept);
        }
      } finally {
        lock.unlock();
      }
    } catch (RuntimeException e) {
      LOG.warn("the standing of account {} could not be kept: {}", id, e.getMessage());
    }
  }

  private @Nullable Standing read(AccountId id) {
    lock.lock();
    try {
      Slot slot = table.find(id);
      return slot == null ? null : slot.standing();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    keeper.interrupt();
  }
}
