/**
 * This room: the Plug-in API as a port with two sides: the pool in this program, or a service
 * elsewhere at which each user has a user.
 *
 * <p>May touch: {@code pool}, {@code provider}, {@code account}, {@code identity}, {@code
 * upstream}.
 *
 * <p>Must not: know routes, or what the service's answers about accounts and quotas mean.
 *
 * <p>Start reading at: {@link PoolBackend}.
 */
@NullMarked
package potluck.gateway.plugin;

import org.jspecify.annotations.NullMarked;
