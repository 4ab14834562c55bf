/**
 * Purpose: routes for users: login, sessions, registration, administration, audit.
 *
 * <p>Uses: http; the gateway packages identity and login.
 *
 * <p>Must not: know accounts or quotas.
 *
 * <p>Start reading at: {@link IdentityApi}.
 */
@NullMarked
package potluck.server.api.identity;

import org.jspecify.annotations.NullMarked;
