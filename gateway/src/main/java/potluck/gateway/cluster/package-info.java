/**
 * This room: what nodes that share a database tell each other several times a second, so that
 * limits hold for all of them together: requests under way, and what was used of short limits.
 *
 * <p>May touch: {@code pool}, {@code quota}, {@code account}.
 *
 * <p>Must not: keep anybody waiting, or know by which wire it is told.
 *
 * <p>Start reading at: {@link ClusterPeers}.
 */
@NullMarked
package potluck.gateway.cluster;

import org.jspecify.annotations.NullMarked;
