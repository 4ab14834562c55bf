/**
 * This room: what a user may draw, what is held for requests under way, and how it grows back.
 *
 * <p>May touch: {@code meter}, {@code account}, {@code store}, the failures of {@code
 * dialect.model}.
 *
 * <p>Must not: know the pool, the relay or the wire.
 *
 * <p>Start reading at: {@link Quotas}, then {@link Purse}.
 */
@NullMarked
package potluck.gateway.quota;

import org.jspecify.annotations.NullMarked;
