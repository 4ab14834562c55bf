package potluck.server.api;

import java.util.Set;
import potluck.gateway.key.Networks;
import potluck.server.api.identity.LoginBounds;
import potluck.server.http.Fence;

/**
 * Who is let in, and how. Immutable.
 *
 * @param host to listen on
 * @param port to listen on; 0 takes any free one
 * @param fence what everybody is held to
 * @param logins what guessing is held to
 * @param trusted proxies whose word counts on where a request comes from
 * @param origins of web pages that may read answers
 * @param checkUsername whether anybody may ask which names are taken
 * @param mostKeys that a user may have
 * @param docs whether the API's description is served
 */
public record Doorway(
    String host,
    int port,
    Fence fence,
    LoginBounds logins,
    Networks trusted,
    Set<String> origins,
    boolean checkUsername,
    int mostKeys,
    boolean docs) {}
