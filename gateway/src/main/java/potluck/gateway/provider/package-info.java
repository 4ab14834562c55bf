/**
 * This room: places where models live: their address, lock and temper.
 *
 * <p>May touch: {@code account}, {@code upstream}, {@code dialect}.
 *
 * <p>Must not: translate, choose accounts, or count.
 *
 * <p>Start reading at: {@link Provider}.
 */
@NullMarked
package potluck.gateway.provider;

import org.jspecify.annotations.NullMarked;
