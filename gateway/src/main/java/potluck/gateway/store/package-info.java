/**
 * This room: SQL without repetition, and the feed that tells nodes what has changed.
 *
 * <p>May touch: Jdbi.
 *
 * <p>Must not: know any table but {@code changes}.
 *
 * <p>Start reading at: {@link ChangeFeed}.
 */
@NullMarked
package potluck.gateway.store;

import org.jspecify.annotations.NullMarked;
