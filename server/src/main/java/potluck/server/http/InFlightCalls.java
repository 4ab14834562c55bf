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
public final class InFlightCalls implements AutoCloseable {
  private static final long PERIOD_MS = 10;

  /** All connections are looked after less often than the calls that are under way. */
  private static final int CHECKS_BETWEEN_SWEEPS = 5;

  /** Silence after which a connection is read ahead: longer than the gaps of a stream that runs. */
  private static final long READ_AHEAD_AFTER_NANOS = 40_000_000;

  private final Set<InFlightCall> running = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private final Connections connections;
  private final long keepAliveNanos;
  private volatile boolean closed;
  private volatile @Nullable Failure endedWith;

  /**
   * @param connections all of them, to be swept
   * @param silence after which a stream gets a sign of life: some clients give up after a minute
   */
  public InFlightCalls(Connections connections, Duration silence) {
    this.connections = connections;
    this.keepAliveNanos = silence.toNanos();
    thread = Thread.ofPlatform().daemon().name("watch").start(this::run);
  }

  /** One running call. Touched by its thread after each write. */
  public static final class InFlightCall {
    private final ConnectionInput input;
    private final Thread thread;
    private volatile long lastWriteAt = System.nanoTime();
    private volatile Runnable keepAlive = () -> {};
    private final Caller caller;
    private boolean listening;
    private boolean gone;
    private @Nullable Failure cancellation;
    private boolean ended;

    private InFlightCall(ConnectionInput incoming, Caller caller) {
      this.caller = caller;
      this.input = incoming;
      this.thread = Thread.currentThread();
    }

    void written() {
      lastWriteAt = System.nanoTime();
    }

    /** What to do each time that nothing was written for too long. */
    void onSilence(Runnable task) {
      keepAlive = task;
    }

    synchronized boolean gone() {
      return gone;
    }

    private void check(long now, long silence) {
      if (now - lastWriteAt >= silence) {
        lastWriteAt = now;
        // On a thread of its own: a caller that does not read must not stop the watch.
        Thread.ofVirtual().name("pulse").start(keepAlive);
      }
      if (!listening && now - lastWriteAt >= READ_AHEAD_AFTER_NANOS) {
        listening = true;
        input.onClose(this::callerGone);
      }
    }

    /** The caller has closed its connection: whatever this thread waits for is not wanted. */
    private synchronized void callerGone() {
      if (!ended) {
        gone = true;
        thread.interrupt();
      }
    }

    /** What is being made will not be given. */
    private synchronized void cancel(Failure why) {
      if (!ended && cancellation == null) {
        cancellation = why;
        thread.interrupt();
      }
    }

    synchronized @Nullable Failure cancellation() {
      return cancellation;
    }

    /** From now on nothing interrupts the thread on behalf of this call. */
    private synchronized void end() {
      ended = true;
      if (gone || cancellation != null) {
        Thread.interrupted();
      }
    }
  }

  /**
   * Watches the call that this thread serves, until {@link #end}.
   *
   * @throws potluck.dialect.model.FailureException (UNAVAILABLE) where there are too many
   */
  public InFlightCall begin(Caller caller) {
    connections.limiter().callStarted();
    InFlightCall watched = new InFlightCall(Connections.currentInput(), caller);
    running.add(watched);
    @Nullable Failure why = endedWith;
    if (why != null) {
      watched.cancel(why);
    }
    return watched;
  }

  /** The call is over. */
  public void end(InFlightCall watched) {
    running.remove(watched);
    connections.limiter().callEnded();
    watched.end();
  }

  /** Whether a call is under way whose caller is meant. */
  public boolean anyMatch(Predicate<Caller> meant) {
    return running.stream().anyMatch(watched -> meant.test(watched.caller));
  }

  /**
   * Ends the calls of those who are meant.
   *
   * @param why told to them, in their dialect
   */
  public void cancel(Predicate<Caller> meant, Failure why) {
    running.stream()
        .filter(watched -> meant.test(watched.caller))
        .forEach(watched -> watched.cancel(why));
  }

  /**
   * Ends all calls, and those that come after.
   *
   * @param why told to their callers, in their dialects
   */
  void cancelAll(Failure why) {
    endedWith = why;
    cancel(_ -> true, why);
  }

  /** Model calls under way. */
  int running() {
    return running.size();
  }

  private void run() {
    for (int looks = 0; !closed; looks++) {
      long now = System.nanoTime();
      if (looks % CHECKS_BETWEEN_SWEEPS == 0) {
        connections.closeOverdue();
      }
      for (InFlightCall watched : running) {
        watched.check(now, keepAliveNanos);
      }
      LockSupport.parkNanos(PERIOD_MS * 1_000_000);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
