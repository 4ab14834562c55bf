/**
 * Purpose: gets and renews the access tokens of accounts that use OAuth consent or a service
 * account.
 *
 * <p>Uses: {@code account}, {@code provider}, {@code store}, {@code upstream}, {@code crypto}.
 *
 * <p>Must not: decide which account serves a request.
 *
 * <p>Start reading at: {@link Grants}.
 */
@NullMarked
package potluck.gateway.grant;

import org.jspecify.annotations.NullMarked;
