package potluck.gateway.upstream;

import java.time.Duration;

/**
 * Limits of the client: sizes of a response, and idle connections.
 *
 * @param maxHeadBytes bytes of one head, including interim responses
 * @param maxHeaders lines in one head
 * @param maxDecodedBytes bytes that a compressed body may decompress to
 * @param maxIdlePerOrigin idle connections to one origin
 * @param maxIdle how long a connection may stay idle
 */
record HttpLimits(
    int maxHeadBytes,
    int maxHeaders,
    long maxDecodedBytes,
    int maxIdlePerOrigin,
    Duration maxIdle) {
  /** Idle connections are closed before usual load balancers close them (60 to 75 s). */
  static final HttpLimits DEFAULT =
      new HttpLimits(64 * 1024, 200, 256L << 20, 512, Duration.ofSeconds(30));
}
