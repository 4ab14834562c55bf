/**
 * Purpose: carries a request from the caller to an upstream and the answer back, and retries with
 * other accounts.
 *
 * <p>Uses: all other packages of the gateway.
 *
 * <p>Must not: know the HTTP server; write an error except in the caller's dialect.
 *
 * <p>Start reading at: {@link Relay}.
 */
@NullMarked
package potluck.gateway.relay;

import org.jspecify.annotations.NullMarked;
