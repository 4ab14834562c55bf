/**
 * Purpose: tells open pages at once what changed: standings, quota, requests.
 *
 * <p>Uses: the change feed, the relay's observer. Must not: delay a request, or keep what a slow
 * page has not read. Start reading at {@link potluck.server.api.live.LiveHub}.
 */
@NullMarked
package potluck.server.api.live;

import org.jspecify.annotations.NullMarked;
