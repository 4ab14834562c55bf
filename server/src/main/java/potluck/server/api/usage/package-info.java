/**
 * This room: what was used, what it cost, what is left, what a call would take.
 *
 * <p>May touch: the door, meter, quota.
 *
 * <p>Must not: count by itself: all figures are the gateway's.
 *
 * <p>Start reading at: {@link UsageApi}.
 */
@NullMarked
package potluck.server.api.usage;

import org.jspecify.annotations.NullMarked;
