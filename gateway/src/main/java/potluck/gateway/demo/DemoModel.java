package potluck.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * A model inside the program that speaks OpenAI's chat dialect. It always says the same to the same
 * question and counts its tokens as it makes them. Hosts other than its own go to the real upstream
 * behind it. Safe for use by many threads.
 */
public final class DemoModel implements Upstream {
  /** A name that can never be looked up (RFC 6761), so nothing meant for it leaves the machine. */
  public static final String HOST = "demo.invalid";

  public static final String MODEL = "potluck-demo";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Upstream fallback;
  private final Duration pause;

  /**
   * @param rest where everything else goes
   * @param pace between two words of a stream
   */
  public DemoModel(Upstream rest, Duration pace) {
    this.fallback = rest;
    this.pause = pace;
  }

  @Override
  public UpstreamResponse send(UpstreamRequest dispatch) throws UpstreamFailed {
    if (!HOST.equals(dispatch.uri().getHost())) {
      return fallback.send(dispatch);
    }
    try {
      JsonNode ask = JSON.readTree(dispatch.body());
      return ask.path("messages").isArray() && !ask.path("messages").isEmpty()
          ? DemoResponse.answering(ask, pause)
          : DemoResponse.badRequest("'messages' is a required property");
    } catch (IOException e) {
      return DemoResponse.badRequest("The body is not JSON.");
    }
  }

  @Override
  public void close() {
    fallback.close();
  }
}
