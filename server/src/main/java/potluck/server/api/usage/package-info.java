/**
 * Purpose: routes for usage, costs, quotas and previews.
 *
 * <p>Uses: http; the gateway packages meter and quota.
 *
 * <p>Must not: compute numbers by itself: they come from the gateway.
 *
 * <p>Start reading at: {@link UsageApi}.
 */
@NullMarked
package potluck.server.api.usage;

import org.jspecify.annotations.NullMarked;
