/**
 * This room: counting: readings, the local journal, the posted usage and what can be asked of it.
 *
 * <p>May touch: {@code store}, {@code key}, {@code dialect.model}.
 *
 * <p>Must not: stand between a client and its answer for longer than a write to memory.
 *
 * <p>Start reading at: {@link Journal}.
 */
@NullMarked
package potluck.gateway.meter;

import org.jspecify.annotations.NullMarked;
