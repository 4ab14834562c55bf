package potluck.gateway.background;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task on its own thread: at once after the start, and again a fixed time after each run has
 * ended. A run that fails is logged and does not stop the following ones; interrupting the thread
 * does. Thread-safe.
 */
public final class Periodic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Periodic.class);

  private final String name;
  private final long pauseNanos;
  private final Runnable task;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean woken;

  /**
   * Uses a virtual thread.
   *
   * @param name of the thread, and in log messages
   * @param every time from the end of a run to the start of the next
   */
  public Periodic(String name, Duration every, Runnable task) {
    this(name, every, task, Thread.ofVirtual());
  }

  private Periodic(String name, Duration every, Runnable task, Thread.Builder threads) {
    this.name = name;
    this.pauseNanos = every.toNanos();
    this.task = task;
    this.thread = threads.name(name).unstarted(this::run);
  }

  /** Uses a platform thread, for a task that blocks its carrier thread, such as a flush to disk. */
  public static Periodic onPlatformThread(String name, Duration every, Runnable task) {
    return new Periodic(name, every, task, Thread.ofPlatform().daemon());
  }

  /** Starts the first run. May be called once; does nothing after {@link #close}. */
  public void start() {
    if (!closed) {
      thread.start();
    }
  }

  /** Ends the current pause, so that the next run starts at once. */
  public void wake() {
    woken = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed && !Thread.currentThread().isInterrupted()) {
      woken = false;
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.warn("{} failed, trying again: {}", name, e.toString());
      }
      pause();
    }
  }

  private void pause() {
    long end = System.nanoTime() + pauseNanos;
    long left = pauseNanos;
    while (left > 0 && !closed && !woken && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = end - System.nanoTime();
    }
  }

  /** Starts no further run, and returns at once; a run that has started goes on to its end. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  /** Waits until no run is left; call {@link #close} first. */
  public void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
