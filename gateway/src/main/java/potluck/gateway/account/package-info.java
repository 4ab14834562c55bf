/**
 * Purpose: the accounts that users add, their standing, and the encryption of their credentials.
 *
 * <p>Uses: {@code store}, {@code crypto} and the JDK.
 *
 * <p>Must not: know providers, pools or HTTP.
 *
 * <p>Start reading at: {@link Account}.
 */
@NullMarked
package potluck.gateway.account;

import org.jspecify.annotations.NullMarked;
