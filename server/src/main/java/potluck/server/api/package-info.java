/**
 * Purpose: all routes, grouped by subject in the packages below, and the server that serves them.
 *
 * <p>Uses: http and the packages below.
 *
 * <p>Must not: contain domain logic, or use Helidon.
 *
 * <p>Start reading at: {@link ApiServer}.
 */
@NullMarked
package potluck.server.api;

import org.jspecify.annotations.NullMarked;
