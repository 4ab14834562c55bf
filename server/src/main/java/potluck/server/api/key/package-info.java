/**
 * Purpose: routes for API keys, and for the limits of keys, users and teams.
 *
 * <p>Uses: http; the gateway packages key and quota.
 *
 * <p>Must not: know accounts.
 *
 * <p>Start reading at: {@link KeyApi}.
 */
@NullMarked
package potluck.server.api.key;

import org.jspecify.annotations.NullMarked;
