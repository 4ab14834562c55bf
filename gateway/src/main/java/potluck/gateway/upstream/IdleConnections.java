package potluck.gateway.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Idle connections of each origin, last in first out: the most recent one is used and the oldest
 * expire. Its lock is held for a few instructions and never during I/O. Thread-safe.
 */
final class IdleConnections implements AutoCloseable {
  private final int maxPerOrigin;
  private final long maxIdleNanos;
  private final Map<Origin, Deque<Connection>> idle = new HashMap<>();
  private boolean closed;

  IdleConnections(HttpLimits limits) {
    this.maxPerOrigin = limits.maxIdlePerOrigin();
    this.maxIdleNanos = limits.maxIdle().toNanos();
  }

  /**
   * An idle connection without unexpected bytes; null if every connection is busy or was closed.
   */
  @Nullable Connection take(Origin origin) {
    while (true) {
      @Nullable Connection connection = pop(origin);
      if (connection == null) {
        return null;
      }
      // If the server sent something unasked (such as a 408 before closing), the connection is
      // out of step: the next response on it would be the wrong one.
      if (connection.isQuiet() && !isExpired(connection)) {
        return connection;
      }
      connection.close();
    }
  }

  private synchronized @Nullable Connection pop(Origin origin) {
    @Nullable Deque<Connection> stack = idle.get(origin);
    return stack == null ? null : stack.pollLast();
  }

  /** Keeps the connection; closes it if there are enough. */
  void put(Connection connection) {
    if (!push(connection)) {
      connection.close();
    }
  }

  private synchronized boolean push(Connection connection) {
    if (closed) {
      return false;
    }
    Deque<Connection> stack = idle.computeIfAbsent(connection.origin(), _ -> new ArrayDeque<>());
    if (stack.size() >= maxPerOrigin) {
      return false;
    }
    connection.markIdle();
    return stack.add(connection);
  }

  /** Closes connections that were idle for too long. */
  void closeExpired() {
    while (true) {
      @Nullable Connection old = oldest();
      if (old == null) {
        return;
      }
      old.close();
    }
  }

  private synchronized @Nullable Connection oldest() {
    for (var stacks = idle.values().iterator(); stacks.hasNext(); ) {
      Deque<Connection> stack = stacks.next();
      @Nullable Connection first = stack.peekFirst();
      if (first == null) {
        stacks.remove();
      } else if (closed || isExpired(first)) {
        return stack.pollFirst();
      }
    }
    return null;
  }

  private boolean isExpired(Connection connection) {
    return connection.idleNanos() > maxIdleNanos;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    closeExpired();
  }
}
