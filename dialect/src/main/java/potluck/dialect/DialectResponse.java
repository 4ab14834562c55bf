package potluck.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.JsonTree;

/**
 * A whole response, ready to be sent.
 *
 * @param headers content type and whatever the dialect adds, by lower-case name
 */
public record DialectResponse(int status, Map<String, String> headers, byte[] body) {

  /** A JSON answer without more to say. */
  public static DialectResponse json(JsonNode body) {
    return new DialectResponse(
        200, Map.of("content-type", "application/json"), JsonTree.bytes(body));
  }

  /**
   * A failure as JSON, with the headers that all SDKs go by: how long to wait, and whether to try
   * again at all (not where every account has been tried, or a quota is spent).
   *
   * @param idHeader the dialect's name for the header of the request id
   */
  public static DialectResponse json(
      int status, JsonNode body, Failure failure, String idHeader, String requestId) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put(idHeader, requestId);
    Duration wait = failure.retryDelay();
    if (wait != null) {
      headers.put("retry-after", Long.toString(retryAfterSeconds(wait)));
      headers.put("retry-after-ms", Long.toString(wait.toMillis()));
    }
    if (failure.kind() == Failure.Kind.QUOTA_EXHAUSTED || failure.kind() == Failure.Kind.UPSTREAM) {
      headers.put("x-should-retry", "false");
    }
    return new DialectResponse(status, headers, JsonTree.bytes(body));
  }

  /** A wait in seconds, up to the next one, so that whoever obeys is let in; at least 1. */
  public static long retryAfterSeconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
