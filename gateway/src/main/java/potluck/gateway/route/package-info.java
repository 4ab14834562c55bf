/**
 * Purpose: finds where a caller's request for a model may be served, using aliases and fallbacks.
 *
 * <p>Uses: {@code key}, {@code store}.
 *
 * <p>Must not: lease accounts or send requests.
 *
 * <p>Start reading at: {@link Router}.
 */
@NullMarked
package potluck.gateway.route;

import org.jspecify.annotations.NullMarked;
