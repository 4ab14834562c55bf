/**
 * This room: who people are: users, passwords, access tokens, sessions with their refresh tokens.
 *
 * <p>May touch: {@code store}, {@code account} for secrets.
 *
 * <p>Must not: know keys, accounts at providers, or HTTP.
 *
 * <p>Start reading at: {@link Users}.
 */
@NullMarked
package potluck.gateway.identity;

import org.jspecify.annotations.NullMarked;
