package potluck.gateway.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * One request and its response, with the connection it uses and its deadline. Used by one thread,
 * except for {@link #abort}.
 */
final class HttpExchange {
  private final ExchangeDeadline deadline;
  private final Sweeper sweeper;
  private final IdleConnections idleConnections;
  private @Nullable Connection connection;
  private boolean notReusable;

  HttpExchange(Timeouts timeouts, Sweeper sweeper, IdleConnections idleConnections) {
    this.deadline = sweeper.register(timeouts);
    this.sweeper = sweeper;
    this.idleConnections = idleConnections;
  }

  ExchangeDeadline deadline() {
    return deadline;
  }

  /** Uses this connection; closes the one before. */
  void borrow(Connection next) throws UpstreamFailed {
    if (connection != null) {
      connection.close();
    }
    connection = next;
    next.attach(deadline);
  }

  /** Makes sure that the connection is not used again. */
  void preventReuse() {
    notReusable = true;
  }

  /** Translates an exception, and makes sure that the connection is not used again. */
  UpstreamFailed fail(Kind otherwise, IOException caught) {
    preventReuse();
    return deadline.explain(otherwise, caught);
  }

  /** The same for a translated failure; the deadline may know a more precise one. */
  UpstreamFailed fail(UpstreamFailed failure) {
    preventReuse();
    return deadline.explain(failure);
  }

  /** Whether unread bytes have arrived; a read after this waits at most a moment. */
  boolean hasMore() {
    if (connection == null || notReusable || !connection.hasMore()) {
      return false;
    }
    deadline.phase(Kind.TRUNCATED);
    return true;
  }

  void abort() {
    deadline.fail(Kind.ABORTED);
  }

  /** Keeps the connection for the next exchange, or closes it. A second call does nothing. */
  void close(boolean reusable) {
    @Nullable Connection current = connection;
    connection = null;
    sweeper.unregister(deadline);
    // End the deadline first: after this, no late sweep or abort closes the connection during
    // the next exchange.
    boolean ended = deadline.end();
    if (current == null) {
      return;
    }
    if (ended && reusable && !notReusable) {
      idleConnections.put(current);
    } else {
      current.close();
    }
  }
}
