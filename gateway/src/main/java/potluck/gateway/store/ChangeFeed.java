package potluck.gateway.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.background.Periodic;

/**
 * The change feed: tells every node what has changed, so that it drops what it has cached. A change
 * is written in the transaction that makes it and is read by all nodes once a second; on the node
 * that made it, listeners receive it at once. One thread reads; listeners must be thread-safe.
 */
public final class ChangeFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

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

  /** Collects the changes of one transaction. */
  public static final class Recorder {
    private final Handle handle;
    private final List<Change> changes = new ArrayList<>(1);

    private Recorder(Handle handle) {
      this.handle = handle;
    }

    /** Records a change; it is announced after the commit. */
    public void add(Topic topic, String id) {
      record(handle, topic, id);
      changes.add(new Change(topic, id));
    }
  }

  /** Work in a transaction that adds its changes to a recorder. */
  @FunctionalInterface
  public interface RecordedWork<T extends @Nullable Object, X extends Exception> {
    T run(Handle handle, Recorder changes) throws X;
  }

  private final Jdbi jdbi;
  private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
  private volatile RedisMirror mirror = RedisMirror.NONE;
  private @Nullable String horizon;
  private int failedDeliveries;
  private final Periodic reader = new Periodic("changes", PERIOD, this::readChanges);

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

  /**
   * Runs work in a transaction. The changes that it adds to the recorder are written in the same
   * transaction, and are announced after the commit. If the work fails, nothing is written or
   * announced.
   *
   * @return what the work returns
   */
  public <T extends @Nullable Object, X extends Exception> T inTransaction(RecordedWork<T, X> work)
      throws X {
    List<Change> changes = new ArrayList<>();
    T result =
        jdbi.<T, X>inTransaction(
            handle -> {
              Recorder recorder = new Recorder(handle);
              T done = work.run(handle, recorder);
              changes.addAll(recorder.changes);
              return done;
            });
    changes.forEach(this::announce);
    return result;
  }

  /** Runs work in a transaction that changes one thing, whether or not the work finds it. */
  public <T extends @Nullable Object, X extends Exception> T inTransaction(
      Topic topic, String id, HandleCallback<T, X> work) throws X {
    return inTransaction(
        (handle, changes) -> {
          changes.add(topic, id);
          return work.withHandle(handle);
        });
  }

  /** Runs work without a result in a transaction that changes one thing. */
  public <X extends Exception> void useTransaction(Topic topic, String id, HandleConsumer<X> work)
      throws X {
    this.<@Nullable Void, X>inTransaction(
        topic,
        id,
        handle -> {
          work.useHandle(handle);
          return null;
        });
  }

  /**
   * Records a change in the caller's transaction. The caller may {@link #announce} it after the
   * commit; otherwise this node's listeners receive it within a second, like those of other nodes.
   */
  public static void record(Handle handle, Topic topic, String id) {
    handle.execute(
        "INSERT INTO changes (what, name) VALUES (?, ?)",
        topic.name().toLowerCase(Locale.ROOT),
        id);
  }

  /** Delivers a change to this node's listeners and publishes it; call it after the commit. */
  public void announce(Topic topic, String id) {
    announce(new Change(topic, id));
  }

  private void announce(Change change) {
    receive(change);
    mirror.publish(change);
  }

  /** Starts reading changes of other nodes. */
  public void start() {
    reader.start();
  }

  private void readChanges() {
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
    reader.close();
  }
}
