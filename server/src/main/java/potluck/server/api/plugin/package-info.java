/**
 * Purpose: the two sides of the Plug-in API: the pool is at a service, or AntiHub backends use this
 * pool.
 *
 * <p>Uses: http, api.account, api.usage.
 *
 * <p>Must not: contain the address of a service.
 *
 * <p>Start reading at: {@link PluginApi}.
 */
@NullMarked
package potluck.server.api.plugin;

import org.jspecify.annotations.NullMarked;
