/**
 * This room: how many tokens a request is, where nobody who knows can be asked.
 *
 * <p>May touch: {@code dialect.model}, JTokkit.
 *
 * <p>Must not: know any dialect; ask the network.
 *
 * <p>Start reading at: {@link TokenEstimator}.
 */
@NullMarked
package potluck.dialect.count;

import org.jspecify.annotations.NullMarked;
