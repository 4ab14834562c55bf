/**
 * This room: tokens that an account's requests carry, got from its provider with what its owner has
 * granted.
 *
 * <p>May touch: {@code account}, {@code provider}, {@code store}, {@code upstream}.
 *
 * <p>Must not: decide which account serves.
 *
 * <p>Start reading at: {@link Grants}.
 */
@NullMarked
package potluck.gateway.grant;

import org.jspecify.annotations.NullMarked;
