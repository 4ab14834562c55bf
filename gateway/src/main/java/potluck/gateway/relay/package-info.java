/**
 * This room: the walk of a request from caller to upstream and back.
 *
 * <p>May touch: every other room of the gateway.
 *
 * <p>Must not: know Helidon; write an error in any words but the dialect's.
 *
 * <p>Start reading at: {@link Relay}.
 */
@NullMarked
package potluck.gateway.relay;

import org.jspecify.annotations.NullMarked;
