/**
 * Purpose: routes for accounts: create, change, test, export, consent.
 *
 * <p>Uses: http; the gateway packages account, grant, provider.
 *
 * <p>Must not: return a credential.
 *
 * <p>Start reading at: {@link AccountApi}.
 */
@NullMarked
package potluck.server.api.account;

import org.jspecify.annotations.NullMarked;
