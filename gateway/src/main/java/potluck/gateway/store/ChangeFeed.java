package potluck.gateway.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed that tells every node what has changed, so that it forgets what it remembers. A change
 * is written in the transaction that makes it and is read by all nodes once a second; on the node
 * that made it, listeners hear of it at once. One thread reads; listeners must be safe for many
 * threads.
 */
public final class ChangeFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
  private static final long PERIOD_MS = 1000;

  /** What cannot be heard for a minute is no outage: it must not hold up all that comes after. */
  private static final int MAX_REDELIVERIES = 60;

  /** What kind of thing changed. */
  public enum Topic {
    USER,
    SESSION,
    KEY,
    ACCOUNT,
    LIMITS,
    PRICES,
    SETTING
  }

  /**
   * One change.
   *
   * @param id the id of the thing, as text
   */
  public record Change(Topic topic, String id) {}

  private final Jdbi jdbi;
  private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile RedisMirror mirror = RedisMirror.NONE;
  private @Nullable String horizon;
  private int failedDeliveries;

  public ChangeFeed(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** From now on other nodes are told at once too, by a wire that is faster than the feed. */
  public void setMirror(RedisMirror fast) {
    mirror = fast;
  }

  /** Another node says that something has changed. */
  public void receive(Change change) {
    listeners.forEach(listener -> listener.accept(change));
  }

  public void listen(Consumer<Change> listener) {
    listeners.add(listener);
  }

  /** Records a change; to be called inside the transaction that makes it. */
  public static void record(Handle handle, Topic what, String name) {
    handle.execute(
        "INSERT INTO changes (what, name) VALUES (?, ?)",
        what.name().toLowerCase(java.util.Locale.ROOT),
        name);
  }

  /** Tells this node's listeners at once; to be called after the transaction has committed. */
  public void announce(Topic what, String name) {
    Change change = new Change(what, name);
    receive(change);
    mirror.publish(change);
  }

  /** Starts reading what other nodes change. */
  public void start() {
    Thread.ofVirtual().name("changes").start(this::run);
  }

  private void run() {
    while (!closed.get()) {
      try {
        @Nullable String before = horizon;
        boolean heard = deliver(poll());
        failedDeliveries = heard ? 0 : failedDeliveries + 1;
        if (!heard && failedDeliveries < MAX_REDELIVERIES) {
          horizon = before; // They are told again.
        }
      } catch (RuntimeException e) {
        LOG.debug("changes could not be read, trying again", e);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(PERIOD_MS * 1_000_000);
    }
  }

  /** Whether everybody could hear of all of it: who could not must not miss it. */
  private boolean deliver(List<Change> changes) {
    boolean all = true;
    for (Change change : changes) {
      for (Consumer<Change> listener : listeners) {
        try {
          listener.accept(change);
        } catch (RuntimeException e) {
          LOG.warn(
              "a change of {} {} is told again: {}", change.topic(), change.id(), e.toString());
          all = false;
        }
      }
    }
    return all;
  }

  /** What has been committed since the last look; some of it perhaps twice, none of it missed. */
  private List<Change> poll() {
    return jdbi.withHandle(
        handle -> {
          String next =
              handle
                  .createQuery("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                  .mapTo(String.class)
                  .one();
          List<Change> found = new ArrayList<>();
          if (horizon != null) {
            handle
                .createQuery("SELECT what, name FROM changes WHERE xid >= :from::xid8 ORDER BY id")
                .bind("from", horizon)
                .map(
                    (rs, _) ->
                        new Change(
                            Topic.valueOf(rs.getString(1).toUpperCase(java.util.Locale.ROOT)),
                            rs.getString(2)))
                .forEach(found::add);
          }
          horizon = next;
          return found;
        });
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
