/**
 * Purpose: what users may use: quotas and how they recover, limits, holds for running requests, and
 * the ledger behind them.
 *
 * <p>Uses: {@code meter}, {@code account}, {@code store}, and the failures of {@code
 * dialect.model}.
 *
 * <p>Must not: know the pool, the relay, or how nodes communicate.
 *
 * <p>Start reading at: {@link Quotas}, then {@link UserAllowance}.
 */
@NullMarked
package potluck.gateway.quota;

import org.jspecify.annotations.NullMarked;
