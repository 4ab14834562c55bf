package potluck.gateway.upstream;

import java.io.IOException;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/** Takes the head of an answer off a connection, within limits. For one exchange. */
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

  /** Whether a byte of the answer has come. */
  boolean hasStarted() {
    return hasStarted;
  }

  /**
   * The final head: interim ones (100, 103 …) are passed over.
   *
   * @throws UpstreamFailed PROTOCOL, TOO_LARGE, RESET before the first byte or CUT after it
   * @throws IOException when the connection breaks
   */
  ResponseHead read() throws IOException, UpstreamFailed {
    for (int interim = 0; interim <= MAX_INTERIM; interim++) {
      int length = length();
      int from = connection.start();
      ResponseHead head =
          ResponseHeadParser.parse(connection.buffer(), from, from + length, limits.maxHeaders());
      connection.consumeTo(from + length);
      budget -= length;
      if (!head.isInterim()) return head;
      if (head.status() == 101) throw bad("switched to a protocol that nobody asked for");
    }
    throw bad("sent more than " + MAX_INTERIM + " interim answers");
  }

  /** The bytes up to and with the empty line, once they are here. */
  private int length() throws IOException, UpstreamFailed {
    int line = 0;
    int at = 0;
    while (true) {
      int unread = connection.end() - connection.start();
      for (; at < unread; at++) {
        if (at >= budget) throw tooLarge();
        int i = connection.start() + at;
        if (connection.buffer()[i] != '\n') continue;
        if (at == line || connection.buffer()[i - 1] != '\r') throw bad("ended a line without CR");
        if (at == line + 1) return at + 1;
        if (line == 0)
          ResponseHeadParser.checkStart(connection.buffer(), connection.start(), i - 1);
        line = at + 1;
      }
      if (connection.fill() < 0) throw ended();
      hasStarted = true;
    }
  }

  private UpstreamFailed ended() {
    return hasStarted
        ? new UpstreamFailed(Kind.TRUNCATED, "the answer ended inside its head")
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
