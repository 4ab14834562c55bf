/**
 * This room: benchmarks that stand in the package of what they measure, because a choice is nobody
 * else's business.
 *
 * <p>May touch: everything but the server.
 *
 * <p>Must not: be needed by anything.
 *
 * <p>Start reading at: {@link ChoiceBench}.
 */
@NullMarked
package potluck.gateway.pool;

import org.jspecify.annotations.NullMarked;
