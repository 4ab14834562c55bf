/**
 * This room: choosing an account and taking it, in one step, and giving it back.
 *
 * <p>May touch: {@code account}, {@code provider}, {@code route}.
 *
 * <p>Must not: know HTTP, dialects or money.
 *
 * <p>Start reading at: {@link Pool}.
 */
@NullMarked
package potluck.gateway.pool;

import org.jspecify.annotations.NullMarked;
