package potluck.gateway.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The change feed: tells every node what has changed, so that it drops what it has cached. A change
 * is written in the transaction that makes it and is read by all nodes once a second; on the node
 * that made it, listeners receive it at once. One thread reads; listeners must be thread-safe.
 */
public final class ChangeFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
  private static final long PERIOD_MS = 1000;

  /**
   * How often a change is delivered again if a listener fails: for about a minute, so that a broken
   * listener does not block later changes for ever.
   */
  private static final int MAX_REDELIVERIES = 60;

  /** The kind of thing that changed. */
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

  /** Sets a mirror that also publishes changes to other nodes, faster than the feed. */
  public void setMirror(RedisMirror mirror) {
    this.mirror = mirror;
  }

  /** Delivers a change that another node published. */
  public void receive(Change change) {
    listeners.forEach(listener -> listener.accept(change));
  }

  public void listen(Consumer<Change> listener) {
    listeners.add(listener);
  }

  /** Records a change; call it inside the transaction that makes it. */
  public static void record(Handle handle, Topic topic, String name) {
    handle.execute(
        "INSERT INTO changes (what, name) VALUES (?, ?)",
        topic.name().toLowerCase(Locale.ROOT),
        name);
  }

  /** Delivers a change to this node's listeners and publishes it; call it after the commit. */
  public void announce(Topic topic, String name) {
    Change change = new Change(topic, name);
    receive(change);
    mirror.publish(change);
  }

  /** Starts reading changes of other nodes. */
  public void start() {
    Thread.ofVirtual().name("changes").start(this::run);
  }

  private void run() {
    while (!closed.get()) {
      try {
        @Nullable String before = horizon;
        boolean delivered = deliver(poll());
        failedDeliveries = delivered ? 0 : failedDeliveries + 1;
        if (!delivered && failedDeliveries < MAX_REDELIVERIES) {
          horizon = before; // They are delivered again.
        }
      } catch (RuntimeException e) {
        LOG.debug("could not read changes, trying again", e);
      }
      LockSupport.parkNanos(PERIOD_MS * 1_000_000);
    }
  }

  /** Delivers changes to all listeners; false if a listener failed. */
  private boolean deliver(List<Change> changes) {
    boolean all = true;
    for (Change change : changes) {
      for (Consumer<Change> listener : listeners) {
        try {
          listener.accept(change);
        } catch (RuntimeException e) {
          LOG.warn(
              "could not deliver a change of {} {}, trying again: {}",
              change.topic(),
              change.id(),
              e.toString());
          all = false;
        }
      }
    }
    return all;
  }

  /** The changes committed since the last call. Some may be returned twice, none is missed. */
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
                            Topic.valueOf(rs.getString(1).toUpperCase(Locale.ROOT)),
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
