package potluck.kit;

import java.io.IOException;

/**
 * A client that sends a request to a gateway and disconnects before the answer is complete, to test
 * whether the upstream behind the gateway notices. Stateless.
 */
public final class DisconnectingClient {
  /** When the client disconnects. */
  public enum Moment {
    /** The upstream has the request, and the client has received nothing. */
    BEFORE_ANSWER,
    /** The client has received the first bytes of the answer. */
    MID_ANSWER
  }

  private DisconnectingClient() {}

  /**
   * Sends a request to a gateway, disconnects, and waits until the gateway has closed its
   * connection to the upstream. Give the test a timeout, because a gateway that keeps the
   * connection blocks this call.
   *
   * @param gateway loopback port of the gateway
   * @param request raw bytes of the request, head and body
   * @param upstream scripted to stall or to delay events, so that its answer is not complete before
   * @return the request as the upstream saw it
   */
  public static RecordedRequest disconnect(
      int gateway, String request, FakeUpstream upstream, Moment moment)
      throws IOException, InterruptedException {
    try (SlowReader client = new SlowReader(gateway, 4096)) {
      client.send(request);
      RecordedRequest recorded = upstream.takeRequest();
      if (moment == Moment.MID_ANSWER) {
        client.read(1);
      }
      client.reset();
      recorded.awaitClientGone();
      return recorded;
    }
  }
}
