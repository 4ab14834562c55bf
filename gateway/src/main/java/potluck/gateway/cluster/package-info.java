/**
 * Purpose: nodes that share a database report running requests and recent usage to each other
 * several times a second, so that limits hold for all of them together.
 *
 * <p>Uses: {@code pool}, {@code quota}, {@code account}.
 *
 * <p>Must not: delay a request, or know how loads are transported.
 *
 * <p>Start reading at: {@link ClusterPeers}.
 */
@NullMarked
package potluck.gateway.cluster;

import org.jspecify.annotations.NullMarked;
