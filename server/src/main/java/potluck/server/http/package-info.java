/**
 * Purpose: the adapter of Helidon: connections and their limits, routes as data, authentication,
 * errors, JSON.
 *
 * <p>Uses: Helidon, settings, the callers of the gateway.
 *
 * <p>Must not: contain domain logic, or expose Helidon types.
 *
 * <p>Start reading at: {@link RequestHandler}.
 */
@NullMarked
package potluck.server.http;

import org.jspecify.annotations.NullMarked;
