/**
 * Purpose: users and how they log in: passwords, access tokens, refresh tokens, sessions,
 * invitations.
 *
 * <p>Uses: {@code store}, {@code crypto}, {@code account} for secrets.
 *
 * <p>Must not: know API keys, accounts at providers, or HTTP.
 *
 * <p>Start reading at: {@link Users}.
 */
@NullMarked
package potluck.gateway.identity;

import org.jspecify.annotations.NullMarked;
