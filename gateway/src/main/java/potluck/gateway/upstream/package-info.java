/**
 * This room: the way out: one HTTP/1.1 request to a model provider, and its answer as it arrives.
 *
 * <p>May touch: sockets; nothing else of the house.
 *
 * <p>Must not: know dialects, accounts or money; follow redirects; reach a private address that the
 * operator has not listed.
 *
 * <p>Start reading at: {@link Upstream}, then {@link HttpUpstream#send}.
 */
@NullMarked
package potluck.gateway.upstream;

import org.jspecify.annotations.NullMarked;
