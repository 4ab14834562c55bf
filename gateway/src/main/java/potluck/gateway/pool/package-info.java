/**
 * Purpose: leases accounts: chooses the best one, makes requests wait in a fair queue, and tracks
 * the health and standing of accounts.
 *
 * <p>Uses: {@code account}, {@code provider}, {@code route}, {@code key}, {@code store}.
 *
 * <p>Must not: know HTTP, translate dialects, or count money.
 *
 * <p>Start reading at: {@link Pool}.
 */
@NullMarked
package potluck.gateway.pool;

import org.jspecify.annotations.NullMarked;
