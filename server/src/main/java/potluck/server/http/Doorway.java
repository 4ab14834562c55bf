package potluck.server.http;

import java.util.Set;
import potluck.gateway.key.Networks;

/**
 * Who is let in, and how. Immutable.
 *
 * @param host to listen on
 * @param port to listen on; 0 takes any free one
 * @param bodyBytes of a request's body at most
 * @param headerBytes of a request's head at most
 * @param trusted proxies whose word counts on where a request comes from
 * @param origins of web pages that may read answers
 * @param checkUsername whether anybody may ask which names are taken
 * @param mostKeys that a user may have
 * @param docs whether the API's description is served
 */
public record Doorway(
    String host,
    int port,
    long bodyBytes,
    int headerBytes,
    Networks trusted,
    Set<String> origins,
    boolean checkUsername,
    int mostKeys,
    boolean docs) {}
