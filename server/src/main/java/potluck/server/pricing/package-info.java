/**
 * Purpose: makes the tariff from the settings and the price lists.
 *
 * <p>Uses: settings, {@code gateway.meter}.
 *
 * <p>Must not: know the wiring.
 *
 * <p>Start reading at: {@link TariffFactory}.
 */
@NullMarked
package potluck.server.pricing;

import org.jspecify.annotations.NullMarked;
