/**
 * Purpose: JMH benchmarks of single steps of the hot path.
 *
 * <p>Uses: all modules but the server.
 *
 * <p>Must not: be needed by other code.
 *
 * <p>Start reading at: {@link FrameBench}.
 */
@NullMarked
package potluck.bench;

import org.jspecify.annotations.NullMarked;
