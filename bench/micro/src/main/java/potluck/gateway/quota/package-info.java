/**
 * Purpose: benchmarks that need package-private classes of the quotas.
 *
 * <p>Uses: all modules but the server.
 *
 * <p>Must not: be needed by other code.
 *
 * <p>Start reading at: {@link AccountingBench}.
 */
@NullMarked
package potluck.gateway.quota;

import org.jspecify.annotations.NullMarked;
