package potluck.server.http;

import java.time.Duration;

/**
 * What everybody is held to who is connected, known or not. Immutable.
 *
 * @param maxSockets open at once, of callers and to upstreams
 * @param maxConnections of callers open at once
 * @param maxConnectionsPerAddress of them
 * @param headTimeout how long the head of a request may take
 * @param stallTimeout how long a body may bring less than {@code stallBytes}, and one write of an
 *     answer may take
 * @param minBytesPerStallTimeout that a body brings in that time at least
 * @param idleTimeout how long a connection may rest between two requests
 * @param maxUriBytes of the first line of a request
 * @param maxHeaderBytes of a request's head
 * @param maxHeaders lines in it
 * @param maxBodyBytes of a body, unpacked
 * @param maxPublicBodyBytes of a body on routes that anybody may call
 * @param maxJsonDepth levels of a body that goes to a model
 * @param maxBodiesBytes of all bodies that are in memory at once
 */
public record ServerLimits(
    int maxSockets,
    int maxConnections,
    int maxConnectionsPerAddress,
    Duration headTimeout,
    Duration stallTimeout,
    long minBytesPerStallTimeout,
    Duration idleTimeout,
    int maxUriBytes,
    int maxHeaderBytes,
    int maxHeaders,
    long maxBodyBytes,
    long maxPublicBodyBytes,
    int maxJsonDepth,
    long maxBodiesBytes) {
  private static final int MAX_REJECTION_RESPONSES = 256;

  /**
   * How many who are refused may be connected at once, to be told why: they are beyond {@code
   * sockets}, and where few of those are possible, few of these are.
   */
  public int maxRejectionResponses() {
    return maxRejectionResponses(maxSockets);
  }

  /** The same, for so many sockets. */
  public static int maxRejectionResponses(int sockets) {
    return Math.min(MAX_REJECTION_RESPONSES, sockets / 4);
  }

  /** For a door that only says that the house is not ready. */
  public static final ServerLimits WHILE_STARTING =
      new ServerLimits(
          1000,
          1000,
          100,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          30 << 10,
          Duration.ofSeconds(30),
          8192,
          8192,
          100,
          0,
          0,
          8,
          0);
}
