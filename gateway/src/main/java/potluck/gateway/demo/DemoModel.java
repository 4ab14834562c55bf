package potluck.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.Dispatch;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;

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

  private final Upstream rest;
  private final Duration pace;

  /**
   * @param rest where everything else goes
   * @param pace between two words of a stream
   */
  public DemoModel(Upstream rest, Duration pace) {
    this.rest = rest;
    this.pace = pace;
  }

  @Override
  public Answer send(Dispatch dispatch) throws UpstreamFailed {
    if (!HOST.equals(dispatch.uri().getHost())) {
      return rest.send(dispatch);
    }
    try {
      JsonNode ask = JSON.readTree(dispatch.body());
      return ask.path("messages").isArray() && !ask.path("messages").isEmpty()
          ? DemoAnswer.to(ask, pace)
          : DemoAnswer.refusal("'messages' is a required property");
    } catch (IOException e) {
      return DemoAnswer.refusal("The body is not JSON.");
    }
  }

  @Override
  public void close() {
    rest.close();
  }
}
