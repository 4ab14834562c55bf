package potluck.server.api;

import java.util.Set;
import potluck.gateway.key.CidrRanges;
import potluck.server.api.identity.LoginLimits;
import potluck.server.http.ServerLimits;

/**
 * Who is let in, and how. Immutable.
 *
 * @param host to listen on
 * @param port to listen on; 0 takes any free one
 * @param limits what everybody is held to
 * @param loginLimits what guessing is held to
 * @param trustedProxies proxies whose word counts on where a request comes from
 * @param corsOrigins of web pages that may read answers
 * @param checkUsername whether anybody may ask which names are taken
 * @param maxKeysPerUser that a user may have
 * @param serveDocs whether the API's description is served
 */
public record ServerConfig(
    String host,
    int port,
    ServerLimits limits,
    LoginLimits loginLimits,
    CidrRanges trustedProxies,
    Set<String> corsOrigins,
    boolean checkUsername,
    int maxKeysPerUser,
    boolean serveDocs) {}
