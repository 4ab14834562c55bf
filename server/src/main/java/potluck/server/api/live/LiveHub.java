package potluck.server.api.live;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.AccountSource;
import potluck.gateway.account.Standing;
import potluck.gateway.account.StandingReason;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;
import potluck.gateway.meter.Intent;
import potluck.gateway.meter.Reading;
import potluck.gateway.pool.Pool;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.Observer;
import potluck.gateway.store.ChangeFeed;
import potluck.server.api.account.AccountNames;
import potluck.server.http.ApiJson;

/**
 * Gives the open pages the events that they show. If no page is open, a request costs one look at
 * an empty set. Standings come from the change feed, so they reach the pages of every node;
 * requests reach the pages of the node that serves them. Thread-safe.
 */
public final class LiveHub implements Observer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveHub.class);
  private static final int MAX_WAITING_ACCOUNTS = 10_000;
  private static final int MAX_REMEMBERED = 10_000;

  private final AccountSource accounts;
  private final Pool pool;
  private final BooleanSupplier draining;
  private final InstantSource clock;
  private final Set<LiveQueue> queues = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<AccountId> changed = new ArrayBlockingQueue<>(MAX_WAITING_ACCOUNTS);
  private final Map<AccountId, Seen> lastSeen =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AccountId, Seen> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private final Thread thread = Thread.ofVirtual().name("live").unstarted(this::run);
  private volatile boolean closed;

  /** What the pages received last about an account. */
  private record Seen(long owner, boolean shared, String standing, @Nullable Instant until) {}

  /**
   * @param pool must listen to the change feed already, so that it knows a change first
   * @param draining whether the server is stopping, which ends all streams
   */
  public LiveHub(
      AccountSource accounts,
      Pool pool,
      ChangeFeed changes,
      BooleanSupplier draining,
      InstantSource clock) {
    this.draining = draining;
    this.accounts = accounts;
    this.pool = pool;
    this.clock = clock;
    changes.listen(
        change -> {
          if (queues.isEmpty()) {
            return;
          }
          switch (change.topic()) {
            case ACCOUNT -> accountChanged(new AccountId(change.id()));
            case SESSION, USER -> queues.forEach(LiveQueue::wake);
            case KEY, LIMITS, PRICES, SETTING -> {}
          }
        });
  }

  private void accountChanged(AccountId id) {
    if (!changed.offer(id)) {
      queues.forEach(queue -> queue.offer(new LiveEvent.Missed(ApiJson.seconds(clock.instant()))));
    }
  }

  public void start() {
    thread.start();
  }

  /**
   * Opens a page's queue; empty if the user has too many or the server is stopping.
   *
   * @param maxPerUser how many a user may have
   */
  synchronized Optional<LiveQueue> open(User user, int maxPerUser) {
    long open = queues.stream().filter(queue -> queue.user().id() == user.id()).count();
    if (closed || open >= maxPerUser) {
      return Optional.empty();
    }
    LiveQueue queue = new LiveQueue(user);
    queues.add(queue);
    return Optional.of(queue);
  }

  void close(LiveQueue queue) {
    queues.remove(queue);
  }

  /** Open pages. */
  public int openStreams() {
    return queues.size();
  }

  private List<LiveQueue> queuesOf(long user) {
    return queues.stream().filter(queue -> queue.user().id() == user).toList();
  }

  @Override
  public void attempted(String provider, String outcome) {}

  @Override
  public void lost(String from, String to, List<String> names) {}

  @Override
  public void finished(String dialect, String model, boolean stream, Reading reading) {}

  @Override
  public void opened(Intent intent) {
    if (!queues.isEmpty()) {
      tell(intent, null, 0);
    }
  }

  @Override
  public void closed(Intent intent, Reading reading) {
    if (!queues.isEmpty()) {
      tell(intent, reading.status(), reading.tokens().output());
    }
  }

  private void tell(Intent intent, @Nullable Integer status, long tokens) {
    LiveEvent event =
        new LiveEvent.RequestChanged(
            intent.requestId(),
            intent.keyId() == Intent.NO_KEY ? null : intent.keyId(),
            intent.model(),
            status);
    for (LiveQueue queue : queuesOf(intent.userId())) {
      queue.activity(tokens, clock.instant());
      if (status != null) {
        queue.quotaChanged();
      }
      queue.offer(event);
    }
  }

  @Override
  public void refused(Call call, Failure failure) {
    if (queues.isEmpty()) {
      return;
    }
    Caller caller = call.caller();
    @Nullable Duration wait = failure.retryDelay();
    LiveEvent event =
        new LiveEvent.Refused(
            call.requestId(),
            caller.key() == null ? null : caller.key().id(),
            call.model(),
            failure.kind().status(),
            failure.kind().name().toLowerCase(Locale.ROOT),
            wait == null ? null : wait.toSeconds());
    queuesOf(caller.user().id()).forEach(queue -> queue.offer(event));
  }

  private void run() {
    try {
      while (!closed) {
        @Nullable AccountId id = changed.poll(1, TimeUnit.SECONDS);
        if (draining.getAsBoolean()) {
          close();
        } else if (id != null) {
          tellSafely(id);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void tellSafely(AccountId id) {
    try {
      tellStanding(id);
    } catch (RuntimeException e) {
      LOG.debug("could not tell the standing of account {}: {}", id, e.getMessage());
    }
  }

  private void tellStanding(AccountId id) {
    @Nullable Account account = accounts.find(id).orElse(null);
    @Nullable Seen before = lastSeen.get(id);
    if (account == null) {
      lastSeen.remove(id);
      if (before != null) {
        send(id, before.owner(), before.shared(), "removed", null);
      }
      return;
    }
    Standing standing = pool.standing(id).orElse(account.standing());
    Seen now =
        new Seen(
            account.owner(),
            account.shared(),
            account.enabled() ? standing.label() : "off",
            StandingReason.until(standing).orElse(null));
    if (now.equals(before)) {
      return;
    }
    lastSeen.put(id, now);
    for (LiveQueue queue : queues) {
      boolean own = now.owner() == queue.user().id();
      boolean told = before != null && before.shared();
      if (own || now.shared()) {
        queue.offer(event(id, now.owner(), now.standing(), now.until(), queue.user()));
      } else if (told) {
        queue.offer(event(id, now.owner(), "removed", null, queue.user()));
      }
    }
  }

  private void send(
      AccountId id, long owner, boolean shared, String standing, @Nullable Instant until) {
    for (LiveQueue queue : queues) {
      if (shared || owner == queue.user().id()) {
        queue.offer(event(id, owner, standing, until, queue.user()));
      }
    }
  }

  private static LiveEvent event(
      AccountId id, long owner, String standing, @Nullable Instant until, User viewer) {
    return new LiveEvent.StandingChanged(
        AccountNames.alias(id, owner, viewer), standing, ApiJson.seconds(until));
  }

  /** Ends all streams. */
  @Override
  public synchronized void close() {
    closed = true;
    queues.forEach(LiveQueue::close);
    thread.interrupt();
  }
}
