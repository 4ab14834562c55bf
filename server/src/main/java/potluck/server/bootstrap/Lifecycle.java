package potluck.server.bootstrap;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the running server: started in order, stopped in reverse. A part that fails to stop
 * does not keep the others from stopping. Used by one thread at a time.
 */
final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private record Part(String name, Runnable stop) {}

  private final Deque<Part> running = new ArrayDeque<>();

  /** Starts a part; it is stopped before those that were started earlier. */
  void start(String name, Runnable start, Runnable stop) {
    start.run();
    add(name, stop);
  }

  /** Adds a part that is already running. */
  void add(String name, Runnable stop) {
    running.push(new Part(name, stop));
  }

  /** Stops all parts, the last one first. */
  @Override
  public void close() {
    while (!running.isEmpty()) {
      Part part = running.pop();
      try {
        part.stop().run();
      } catch (RuntimeException e) {
        LOG.warn("{} could not be stopped: {}", part.name(), e.getMessage());
      }
    }
  }
}
