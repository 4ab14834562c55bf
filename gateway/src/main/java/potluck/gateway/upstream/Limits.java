package potluck.gateway.upstream;

import java.time.Duration;

/**
 * How much of an answer is accepted, and how many connections are kept.
 *
 * @param head bytes of one answer head, interim answers included
 * @param headers lines in one head
 * @param decoded bytes that a compressed body may unpack to
 * @param kept idle connections to one origin
 * @param keptFor how long a connection may stay idle before it is closed
 */
record Limits(int head, int headers, long decoded, int kept, Duration keptFor) {
  /** Idle for less than the keep-alive of the usual front doors (60 to 75 s). */
  static final Limits DEFAULT = new Limits(64 * 1024, 200, 256L << 20, 512, Duration.ofSeconds(30));
}
