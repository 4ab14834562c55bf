/**
 * Purpose: benchmarks that need package-private classes of the pool.
 *
 * <p>Uses: all modules but the server.
 *
 * <p>Must not: be needed by other code.
 *
 * <p>Start reading at: {@link ChoiceBench}.
 */
@NullMarked
package potluck.gateway.pool;

import org.jspecify.annotations.NullMarked;
