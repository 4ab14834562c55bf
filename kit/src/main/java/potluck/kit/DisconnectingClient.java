package potluck.kit;

import java.io.IOException;

/**
 * A client that asks a gateway and goes away before it has its answer: what the upstream behind the
 * gateway notices of that is what is to be tested. Stateless.
 */
public final class DisconnectingClient {
  /** When it goes. */
  public enum Moment {
    /** The upstream has the request, and the client has nothing. */
    BEFORE_ANSWER,
    /** The client has the first bytes of its answer. */
    MID_ANSWER
  }

  private DisconnectingClient() {}

  /**
   * Sends a request to the gateway at that loopback port, goes away, and waits until the upstream
   * has lost the gateway's connection. Give the test a timeout: a gateway that holds on holds this
   * call.
   *
   * @param request as it is written here, head and body
   * @param upstream scripted to stall or to drip, so that it has not answered before
   * @return what the upstream saw
   */
  public static RecordedRequest disconnect(
      int gateway, String request, FakeUpstream upstream, Moment moment)
      throws IOException, InterruptedException {
    try (var client = new SlowReader(gateway, 4096)) {
      client.send(request);
      RecordedRequest seen = upstream.takeRequest();
      if (moment == Moment.MID_ANSWER) client.read(1);
      client.reset();
      seen.awaitClientGone();
      return seen;
    }
  }
}
