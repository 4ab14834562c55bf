package potluck.gateway.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * One request and its answer: the connection that it borrows, and the watch over it. It returns
 * what it borrowed once. Used by one thread, save {@link #abort}.
 */
final class Exchange {
  private final Watch watch;
  private final Sweeper sweeper;
  private final KeepAlive kept;
  private @Nullable Connection connection;
  private boolean spoilt;

  Exchange(Bounds bounds, Sweeper sweeper, KeepAlive kept) {
    this.watch = sweeper.watch(bounds);
    this.sweeper = sweeper;
    this.kept = kept;
  }

  Watch watch() {
    return watch;
  }

  /** Borrows the connection, in place of the one before. */
  void borrow(Connection next) throws UpstreamFailed {
    if (connection != null) connection.close();
    connection = next;
    next.serve(watch);
  }

  /** The connection must not serve again, whatever else happens. */
  void spoil() {
    spoilt = true;
  }

  /** Says what an exception means, and makes sure that the connection is not kept. */
  UpstreamFailed fail(Kind otherwise, IOException caught) {
    spoil();
    return watch.explain(otherwise, caught);
  }

  /** The same for a failure that has been understood already; the watch may know better. */
  UpstreamFailed fail(UpstreamFailed failure) {
    spoil();
    return watch.explain(failure);
  }

  /** Whether something has arrived that is unread; whoever reads it now waits but a moment. */
  boolean hasMore() {
    if (connection == null || spoilt || !connection.hasMore()) return false;
    watch.phase(Kind.CUT);
    return true;
  }

  void abort() {
    watch.fail(Kind.ABORTED);
  }

  /** Keeps the connection for the next exchange, or closes it. The second call does nothing. */
  void close(boolean reusable) {
    @Nullable Connection mine = connection;
    connection = null;
    sweeper.forget(watch);
    // Ending the watch first: after this, no late sweep and no late abort closes the connection
    // under the exchange that comes next.
    boolean well = watch.end();
    if (mine == null) return;
    if (well && reusable && !spoilt) kept.give(mine);
    else mine.close();
  }
}
