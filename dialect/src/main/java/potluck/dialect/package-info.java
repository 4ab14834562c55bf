/**
 * This room: the seam between the house and the wire languages: what every dialect can do.
 *
 * <p>May touch: {@code dialect.model}, {@code dialect.translate}, {@code dialect.wire}.
 *
 * <p>Must not: know HTTP, clocks, logs, accounts or money.
 *
 * <p>Start reading at: {@link Dialect}, then {@link Passage}.
 */
@NullMarked
package potluck.dialect;

import org.jspecify.annotations.NullMarked;
