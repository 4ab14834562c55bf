/**
 * Purpose: shared database helpers, and the change feed that keeps the caches of all nodes current.
 *
 * <p>Uses: Jdbi.
 *
 * <p>Must not: know any table except {@code changes}.
 *
 * <p>Start reading at: {@link ChangeFeed}.
 */
@NullMarked
package potluck.gateway.store;

import org.jspecify.annotations.NullMarked;
