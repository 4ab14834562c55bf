/**
 * This room: what single steps of the hot path cost, measured by JMH.
 *
 * <p>May touch: everything but the server.
 *
 * <p>Must not: be needed by anything.
 *
 * <p>Start reading at: {@link FrameBench}.
 */
@NullMarked
package potluck.bench;

import org.jspecify.annotations.NullMarked;
