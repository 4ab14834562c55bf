/**
 * Purpose: an HTTP/1.1 client that sends a request to a model provider and returns its response as
 * it arrives.
 *
 * <p>Uses: sockets, and nothing else of this program.
 *
 * <p>Must not: know dialects, accounts or money; follow redirects; connect to a private address
 * that the operator has not listed.
 *
 * <p>Start reading at: {@link Upstream}, then {@link HttpUpstream#send}.
 */
@NullMarked
package potluck.gateway.upstream;

import org.jspecify.annotations.NullMarked;
