/**
 * Purpose: Prometheus metrics on a port of their own.
 *
 * <p>Uses: the observer interface of the relay.
 *
 * <p>Must not: put a user, a key or a prompt into a label.
 *
 * <p>Start reading at: {@link Metrics}.
 */
@NullMarked
package potluck.server.metrics;

import org.jspecify.annotations.NullMarked;
