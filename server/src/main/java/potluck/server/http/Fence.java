package potluck.server.http;

import java.time.Duration;

/**
 * What everybody is held to who is connected, known or not. Immutable.
 *
 * @param sockets open at once, of callers and to upstreams
 * @param connections of callers open at once
 * @param fromOneAddress of them
 * @param head how long the head of a request may take
 * @param stall how long a body may bring less than {@code stallBytes}, and one write of an answer
 *     may take
 * @param stallBytes that a body brings in that time at least
 * @param idle how long a connection may rest between two requests
 * @param uriBytes of the first line of a request
 * @param headerBytes of a request's head
 * @param headers lines in it
 * @param bodyBytes of a body, unpacked
 * @param publicBodyBytes of a body on routes that anybody may call
 * @param jsonDepth levels of a body that goes to a model
 * @param bodiesBytes of all bodies that are in memory at once
 */
public record Fence(
    int sockets,
    int connections,
    int fromOneAddress,
    Duration head,
    Duration stall,
    long stallBytes,
    Duration idle,
    int uriBytes,
    int headerBytes,
    int headers,
    long bodyBytes,
    long publicBodyBytes,
    int jsonDepth,
    long bodiesBytes) {
  private static final int MOST_TOLD = 256;

  /**
   * How many who are refused may be connected at once, to be told why: they are beyond {@code
   * sockets}, and where few of those are possible, few of these are.
   */
  public int told() {
    return told(sockets);
  }

  /** The same, for so many sockets. */
  public static int told(int sockets) {
    return Math.min(MOST_TOLD, sockets / 4);
  }

  /** For a door that only says that the house is not ready. */
  public static final Fence BEFORE_THE_HOUSE =
      new Fence(
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
