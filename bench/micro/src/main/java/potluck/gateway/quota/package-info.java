/**
 * This room: benchmarks that stand in the package of what they measure, because a purse is nobody
 * else's business.
 *
 * <p>May touch: everything but the server.
 *
 * <p>Must not: be needed by anything.
 *
 * <p>Start reading at: {@link AccountingBench}.
 */
@NullMarked
package potluck.gateway.quota;

import org.jspecify.annotations.NullMarked;
