/**
 * This room: figures for Prometheus, on a listener of their own.
 *
 * <p>May touch: what it counts, by the narrowest means.
 *
 * <p>Must not: put a user, a key or a prompt into a label.
 *
 * <p>Start reading at: {@link Metrics}.
 */
@NullMarked
package potluck.server.metrics;

import org.jspecify.annotations.NullMarked;
