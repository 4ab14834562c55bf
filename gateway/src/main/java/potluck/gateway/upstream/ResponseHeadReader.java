package potluck.gateway.upstream;

import java.io.IOException;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/** Reads the head of a response from a connection, within limits. Used for one exchange. */
final class ResponseHeadReader {
  private static final int MAX_INTERIM = 8;

  private final Connection connection;
  private final HttpLimits limits;
  private int budget;
  private boolean hasStarted;

  ResponseHeadReader(Connection connection, HttpLimits limits) {
    this.connection = connection;
    this.limits = limits;
    this.budget = limits.maxHeadBytes();
  }

  /** Whether the first byte of the response has arrived. */
  boolean hasStarted() {
    return hasStarted;
  }

  /**
   * The final head; interim ones (100, 103 …) are skipped.
   *
   * @throws UpstreamFailed PROTOCOL, TOO_LARGE, RESET before the first byte or TRUNCATED after it
   * @throws IOException if the connection breaks
   */
  ResponseHead read() throws IOException, UpstreamFailed {
    for (int interim = 0; interim <= MAX_INTERIM; interim++) {
      int length = length();
      int from = connection.start();
      ResponseHead head =
          ResponseHeadParser.parse(connection.buffer(), from, from + length, limits.maxHeaders());
      connection.consumeTo(from + length);
      budget -= length;
      if (!head.isInterim()) {
        return head;
      }
      if (head.status() == 101) {
        throw bad("switched to a protocol that was not requested");
      }
    }
    throw bad("sent more than " + MAX_INTERIM + " interim answers");
  }

  /** The number of bytes up to and including the empty line; waits until they have arrived. */
  private int length() throws IOException, UpstreamFailed {
    int line = 0;
    int at = 0;
    while (true) {
      int unread = connection.end() - connection.start();
      for (; at < unread; at++) {
        if (at >= budget) {
          throw tooLarge();
        }
        int i = connection.start() + at;
        if (connection.buffer()[i] != '\n') {
          continue;
        }
        if (at == line || connection.buffer()[i - 1] != '\r') {
          throw bad("ended a line without CR");
        }
        if (at == line + 1) {
          return at + 1;
        }
        if (line == 0) {
          ResponseHeadParser.checkStart(connection.buffer(), connection.start(), i - 1);
        }
        line = at + 1;
      }
      if (connection.fill() < 0) {
        throw ended();
      }
      hasStarted = true;
    }
  }

  private UpstreamFailed ended() {
    return hasStarted
        ? new UpstreamFailed(Kind.TRUNCATED, "the response ended inside its head")
        : new UpstreamFailed(Kind.RESET, "the connection was closed before an answer came");
  }

  private UpstreamFailed tooLarge() {
    return new UpstreamFailed(
        Kind.TOO_LARGE, "a head of more than " + limits.maxHeadBytes() + " bytes");
  }

  private static UpstreamFailed bad(String what) {
    return new UpstreamFailed(Kind.PROTOCOL, "the upstream " + what);
  }
}
