/**
 * Purpose: counts requests: intents and readings, the local journal, the ledger that posts it,
 * prices, and queries of the posted usage.
 *
 * <p>Uses: {@code store}, {@code key}, {@code account} and {@code dialect.model}.
 *
 * <p>Must not: delay an answer for longer than a write to memory takes.
 *
 * <p>Start reading at: {@link Journal}.
 */
@NullMarked
package potluck.gateway.meter;

import org.jspecify.annotations.NullMarked;
