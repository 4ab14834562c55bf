/**
 * This room: accounts at providers: brought, changed, tried, exported, given by consent.
 *
 * <p>May touch: the door, account, grant, provider.
 *
 * <p>Must not: show a credential.
 *
 * <p>Start reading at: {@link AccountApi}.
 */
@NullMarked
package potluck.server.api.account;

import org.jspecify.annotations.NullMarked;
