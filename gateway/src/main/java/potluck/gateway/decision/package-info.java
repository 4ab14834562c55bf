/**
 * Purpose: what the pool considered when it chose accounts for a request; it is kept with the usage
 * row.
 *
 * <p>Uses: {@code account}.
 *
 * <p>Must not: choose, or know users.
 *
 * <p>Start reading at: {@link Decision}.
 */
@NullMarked
package potluck.gateway.decision;

import org.jspecify.annotations.NullMarked;
