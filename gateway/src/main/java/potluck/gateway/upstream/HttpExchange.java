package potluck.gateway.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * One request and its answer: the connection that it borrows, and the watch over it. It returns
 * what it borrowed once. Used by one thread, save {@link #abort}.
 */
final class HttpExchange {
  private final ExchangeDeadline deadline;
  private final Sweeper sweeper;
  private final IdleConnections idleConnections;
  private @Nullable Connection connection;
  private boolean notReusable;

  HttpExchange(Timeouts bounds, Sweeper sweeper, IdleConnections kept) {
    this.deadline = sweeper.register(bounds);
    this.sweeper = sweeper;
    this.idleConnections = kept;
  }

  ExchangeDeadline deadline() {
    return deadline;
  }

  /** Borrows the connection, in place of the one before. */
  void borrow(Connection next) throws UpstreamFailed {
    if (connection != null) connection.close();
    connection = next;
    next.attach(deadline);
  }

  /** The connection must not serve again, whatever else happens. */
  void preventReuse() {
    notReusable = true;
  }

  /** Says what an exception means, and makes sure that the connection is not kept. */
  UpstreamFailed fail(Kind otherwise, IOException caught) {
    preventReuse();
    return deadline.explain(otherwise, caught);
  }

  /** The same for a failure that has been understood already; the watch may know better. */
  UpstreamFailed fail(UpstreamFailed failure) {
    preventReuse();
    return deadline.explain(failure);
  }

  /** Whether something has arrived that is unread; whoever reads it now waits but a moment. */
  boolean hasMore() {
    if (connection == null || notReusable || !connection.hasMore()) return false;
    deadline.phase(Kind.TRUNCATED);
    return true;
  }

  void abort() {
    deadline.fail(Kind.ABORTED);
  }

  /** Keeps the connection for the next exchange, or closes it. The second call does nothing. */
  void close(boolean reusable) {
    @Nullable Connection mine = connection;
    connection = null;
    sweeper.unregister(deadline);
    // Ending the watch first: after this, no late sweep and no late abort closes the connection
    // under the exchange that comes next.
    boolean well = deadline.end();
    if (mine == null) return;
    if (well && reusable && !notReusable) idleConnections.put(mine);
    else mine.close();
  }
}
