/**
 * This room: accounts that people bring, how each of them stands, and how their secrets are kept.
 *
 * <p>May touch: {@code store} and the JDK.
 *
 * <p>Must not: know providers, pools or HTTP.
 *
 * <p>Start reading at: {@link Account}.
 */
@NullMarked
package potluck.gateway.account;

import org.jspecify.annotations.NullMarked;
