/**
 * This room: from a caller and a model to where it may be served.
 *
 * <p>May touch: {@code account}, {@code key}.
 *
 * <p>Must not: take accounts or send anything.
 *
 * <p>Start reading at: {@link Router}.
 */
@NullMarked
package potluck.gateway.route;

import org.jspecify.annotations.NullMarked;
