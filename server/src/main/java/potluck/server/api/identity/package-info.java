/**
 * This room: who people are: logins, sessions, registration, users, the audit.
 *
 * <p>May touch: the door, identity, login.
 *
 * <p>Must not: know accounts or money.
 *
 * <p>Start reading at: {@link IdentityApi}.
 */
@NullMarked
package potluck.server.api.identity;

import org.jspecify.annotations.NullMarked;
