package potluck.gateway.upstream;

import java.time.Duration;

/**
 * How much of an answer is accepted, and how many connections are kept.
 *
 * @param maxHeadBytes bytes of one answer head, interim answers included
 * @param maxHeaders lines in one head
 * @param maxDecodedBytes bytes that a compressed body may unpack to
 * @param maxIdlePerOrigin idle connections to one origin
 * @param maxIdle how long a connection may stay idle before it is closed
 */
record HttpLimits(
    int maxHeadBytes,
    int maxHeaders,
    long maxDecodedBytes,
    int maxIdlePerOrigin,
    Duration maxIdle) {
  /** Idle for less than the keep-alive of the usual front doors (60 to 75 s). */
  static final HttpLimits DEFAULT =
      new HttpLimits(64 * 1024, 200, 256L << 20, 512, Duration.ofSeconds(30));
}
