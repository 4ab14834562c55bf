/**
 * Purpose: estimates the tokens of a request, if no provider can count them.
 *
 * <p>Uses: {@code dialect.model}, JTokkit.
 *
 * <p>Must not: know a dialect; use the network.
 *
 * <p>Start reading at: {@link TokenEstimator}.
 */
@NullMarked
package potluck.dialect.count;

import org.jspecify.annotations.NullMarked;
