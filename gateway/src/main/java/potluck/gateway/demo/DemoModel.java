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
 * A model inside the program that speaks OpenAI's chat dialect. It gives the same answer to the
 * same question and counts its own tokens. Requests to any other host go to the real upstream
 * client. Thread-safe.
 */
public final class DemoModel implements Upstream {
  /**
   * A host name that never resolves (RFC 6761), so no request meant for the demo model leaves the
   * machine.
   */
  public static final String HOST = "demo.invalid";

  public static final String MODEL = "potluck-demo";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Upstream fallback;
  private final Duration pause;

  /**
   * @param fallback sends all requests that are not for the demo model
   * @param pause time between two words of a stream
   */
  public DemoModel(Upstream fallback, Duration pause) {
    this.fallback = fallback;
    this.pause = pause;
  }

  @Override
  public UpstreamResponse send(UpstreamRequest request) throws UpstreamFailed {
    if (!HOST.equals(request.uri().getHost())) {
      return fallback.send(request);
    }
    try {
      JsonNode json = JSON.readTree(request.body());
      return json.path("messages").isArray() && !json.path("messages").isEmpty()
          ? DemoResponse.answering(json, pause)
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
