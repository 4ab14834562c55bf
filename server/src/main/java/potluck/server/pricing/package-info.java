/**
 * Purpose: builds the tariff and the objects around quotas from the settings.
 *
 * <p>Uses: settings, {@code gateway.meter}, {@code gateway.quota}.
 *
 * <p>Must not: know the wiring.
 *
 * <p>Start reading at: {@link QuotaServices}.
 */
@NullMarked
package potluck.server.pricing;

import org.jspecify.annotations.NullMarked;
