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
 * Watches the running model calls. If a caller disconnects while the upstream is silent, it
 * interrupts the thread that waits for the upstream, which closes the upstream's connection. One
 * thread for all calls; timed reads would be far more expensive.
 */
public final class InFlightCalls implements AutoCloseable {
  private static final long PERIOD_MS = 10;

  /** Connections are checked less often than calls. */
  private static final int CHECKS_BETWEEN_SWEEPS = 5;

  /** Silence after which a connection is read ahead: longer than the gaps of a running stream. */
  private static final long READ_AHEAD_AFTER_NANOS = 40_000_000;

  private final Set<InFlightCall> running = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private final Connections connections;
  private final long keepAliveNanos;
  private volatile boolean closed;
  private volatile @Nullable Failure endedWith;

  /**
   * @param connections all connections, whose timeouts are checked here
   * @param silence after which a stream gets a keep-alive: some clients give up after a minute
   */
  public InFlightCalls(Connections connections, Duration silence) {
    this.connections = connections;
    this.keepAliveNanos = silence.toNanos();
    thread = Thread.ofPlatform().daemon().name("in-flight-calls").start(this::run);
  }

  /** One running call. */
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

    private InFlightCall(ConnectionInput input, Caller caller) {
      this.caller = caller;
      this.input = input;
      this.thread = Thread.currentThread();
    }

    void written() {
      lastWriteAt = System.nanoTime();
    }

    /** Sets what to do after each period of silence. */
    void onSilence(Runnable task) {
      keepAlive = task;
    }

    synchronized boolean gone() {
      return gone;
    }

    private void check(long now, long silence) {
      if (now - lastWriteAt >= silence) {
        lastWriteAt = now;
        // On its own thread: a caller that does not read must not block the watcher.
        Thread.ofVirtual().name("keep-alive").start(keepAlive);
      }
      if (!listening && now - lastWriteAt >= READ_AHEAD_AFTER_NANOS) {
        listening = true;
        input.onClose(this::callerGone);
      }
    }

    /** The caller has disconnected, so its thread need not wait any longer. */
    private synchronized void callerGone() {
      if (!ended) {
        gone = true;
        thread.interrupt();
      }
    }

    /** The call is cancelled. */
    private synchronized void cancel(Failure why) {
      if (!ended && cancellation == null) {
        cancellation = why;
        thread.interrupt();
      }
    }

    synchronized @Nullable Failure cancellation() {
      return cancellation;
    }

    /** From now on, this call does not interrupt its thread. */
    private synchronized void end() {
      ended = true;
      if (gone || cancellation != null) {
        Thread.interrupted();
      }
    }
  }

  /**
   * Watches the call of this thread until {@link #end}.
   *
   * @throws potluck.dialect.model.FailureException UNAVAILABLE if there are too many
   */
  public InFlightCall begin(Caller caller) {
    connections.limiter().callStarted();
    InFlightCall inFlightCall = new InFlightCall(Connections.currentInput(), caller);
    running.add(inFlightCall);
    @Nullable Failure why = endedWith;
    if (why != null) {
      inFlightCall.cancel(why);
    }
    return inFlightCall;
  }

  /** The call has ended. */
  public void end(InFlightCall inFlightCall) {
    running.remove(inFlightCall);
    connections.limiter().callEnded();
    inFlightCall.end();
  }

  /** Running calls of matching callers. */
  public long count(Predicate<Caller> selected) {
    return running.stream().filter(inFlightCall -> selected.test(inFlightCall.caller)).count();
  }

  /** Whether a call of a matching caller is running. */
  public boolean anyMatch(Predicate<Caller> selected) {
    return running.stream().anyMatch(inFlightCall -> selected.test(inFlightCall.caller));
  }

  /**
   * Cancels the calls of matching callers.
   *
   * @param why sent to them in their dialect
   */
  public void cancel(Predicate<Caller> selected, Failure why) {
    running.stream()
        .filter(inFlightCall -> selected.test(inFlightCall.caller))
        .forEach(inFlightCall -> inFlightCall.cancel(why));
  }

  /**
   * Cancels all calls, and those that start later.
   *
   * @param why sent to the callers in their dialects
   */
  void cancelAll(Failure why) {
    endedWith = why;
    cancel(_ -> true, why);
  }

  /** Running model calls. */
  int running() {
    return running.size();
  }

  private void run() {
    for (int looks = 0; !closed; looks++) {
      long now = System.nanoTime();
      if (looks % CHECKS_BETWEEN_SWEEPS == 0) {
        connections.closeOverdue();
      }
      for (InFlightCall inFlightCall : running) {
        inFlightCall.check(now, keepAliveNanos);
      }
      LockSupport.parkNanos(PERIOD_MS * 1_000_000);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
