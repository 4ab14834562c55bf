/**
 * Purpose: what an administrator or an auditor sees of the whole server: accounts, keys, settings,
 * models, the pool's history; and the public page of its status.
 *
 * <p>Uses: gateway, settings, backup. Must not: show a credential, a key or a secret setting. Start
 * reading at {@link potluck.server.api.admin.AdminApi}.
 */
@NullMarked
package potluck.server.api.admin;

import org.jspecify.annotations.NullMarked;
