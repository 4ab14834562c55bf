/**
 * Purpose: the Plug-in API on both sides: the pool in this program, or a Plug-in service at which
 * each user has an account.
 *
 * <p>Uses: {@code pool}, {@code provider}, {@code account}, {@code identity}, {@code store}, {@code
 * upstream}.
 *
 * <p>Must not: know routes, or the meaning of the service's answers about accounts and quotas.
 *
 * <p>Start reading at: {@link PoolBackend}.
 */
@NullMarked
package potluck.gateway.plugin;

import org.jspecify.annotations.NullMarked;
