/**
 * Purpose: the interface that every wire language implements, and helpers that several of them
 * share.
 *
 * <p>Uses: {@code dialect.model}, {@code dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: know HTTP connections, clocks, logs, accounts or money.
 *
 * <p>Start reading at: {@link Dialect}, then {@link Passage}.
 */
@NullMarked
package potluck.dialect;

import org.jspecify.annotations.NullMarked;
