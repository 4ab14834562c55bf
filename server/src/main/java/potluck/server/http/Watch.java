package potluck.server.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.gateway.key.Caller;

/**
 * Looks after running model calls: when a caller has gone away while the upstream is silent, the
 * thread that waits for the upstream is interrupted, which closes the upstream's connection. One
 * thread for all; timed reads would cost each stream far more.
 */
public final class Watch implements AutoCloseable {
  private static final long PERIOD_MS = 10;

  /** All connections are looked after less often than the calls that are under way. */
  private static final int LOOKS_BETWEEN_SWEEPS = 5;

  /** Silence after which a connection is read ahead: longer than the gaps of a stream that runs. */
  private static final long QUIET_NANOS = 40_000_000;

  private final Set<Watched> running = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private final Connections connections;
  private final long silenceNanos;
  private volatile boolean closed;
  private volatile @Nullable Failure over;

  /**
   * @param connections all of them, to be swept
   * @param silence after which a stream gets a sign of life: some clients give up after a minute
   */
  public Watch(Connections connections, Duration silence) {
    this.connections = connections;
    this.silenceNanos = silence.toNanos();
    thread = Thread.ofPlatform().daemon().name("watch").start(this::run);
  }

  /** One running call. Touched by its thread after each write. */
  public static final class Watched {
    private final Incoming incoming;
    private final Thread thread;
    private volatile long touched = System.nanoTime();
    private volatile Runnable pulse = () -> {};
    private final Caller caller;
    private boolean listening;
    private boolean gone;
    private @Nullable Failure recalled;
    private boolean over;

    private Watched(Incoming incoming, Caller caller) {
      this.caller = caller;
      this.incoming = incoming;
      this.thread = Thread.currentThread();
    }

    void touch() {
      touched = System.nanoTime();
    }

    /** What to do each time that nothing was written for too long. */
    void whenSilent(Runnable task) {
      pulse = task;
    }

    synchronized boolean gone() {
      return gone;
    }

    private void look(long now, long silence) {
      if (now - touched >= silence) {
        touched = now;
        // On a thread of its own: a caller that does not read must not stop the watch.
        Thread.ofVirtual().name("pulse").start(pulse);
      }
      if (!listening && now - touched >= QUIET_NANOS) {
        listening = true;
        incoming.watch(this::leave);
      }
    }

    /** The caller has closed its connection: whatever this thread waits for is not wanted. */
    private synchronized void leave() {
      if (!over) {
        gone = true;
        thread.interrupt();
      }
    }

    /** What is being made will not be given. */
    private synchronized void recall(Failure why) {
      if (!over && recalled == null) {
        recalled = why;
        thread.interrupt();
      }
    }

    synchronized @Nullable Failure recalled() {
      return recalled;
    }

    /** From now on nothing interrupts the thread on behalf of this call. */
    private synchronized void end() {
      over = true;
      if (gone || recalled != null) {
        Thread.interrupted();
      }
    }
  }

  /**
   * Watches the call that this thread serves, until {@link #forget}.
   *
   * @throws potluck.dialect.model.Refused (UNAVAILABLE) where there are too many
   */
  public Watched begin(Caller caller) {
    connections.doorman().callBegins();
    Watched watched = new Watched(Connections.incoming(), caller);
    running.add(watched);
    @Nullable Failure why = over;
    if (why != null) {
      watched.recall(why);
    }
    return watched;
  }

  /** The call is over. */
  public void forget(Watched watched) {
    running.remove(watched);
    connections.doorman().callEnds();
    watched.end();
  }

  /** Whether a call is under way whose caller is meant. */
  public boolean concerns(Predicate<Caller> meant) {
    return running.stream().anyMatch(watched -> meant.test(watched.caller));
  }

  /**
   * Ends the calls of those who are meant.
   *
   * @param why told to them, in their dialect
   */
  public void recall(Predicate<Caller> meant, Failure why) {
    running.stream()
        .filter(watched -> meant.test(watched.caller))
        .forEach(watched -> watched.recall(why));
  }

  /**
   * Ends all calls, and those that come after.
   *
   * @param why told to their callers, in their dialects
   */
  void end(Failure why) {
    over = why;
    recall(_ -> true, why);
  }

  /** Model calls under way. */
  int running() {
    return running.size();
  }

  private void run() {
    for (int looks = 0; !closed; looks++) {
      long now = System.nanoTime();
      if (looks % LOOKS_BETWEEN_SWEEPS == 0) {
        connections.sweep();
      }
      for (Watched watched : running) {
        watched.look(now, silenceNanos);
      }
      LockSupport.parkNanos(PERIOD_MS * 1_000_000);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
