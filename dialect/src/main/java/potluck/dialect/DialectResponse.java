package potluck.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.JsonTree;

/**
 * A complete response to a client. Immutable, except that the array is shared and must not be
 * modified.
 *
 * @param status HTTP status
 * @param headers content type and headers of the dialect, by lower-case name
 */
public record DialectResponse(int status, Map<String, String> headers, byte[] body) {

  /** A JSON response with status 200. */
  public static DialectResponse json(JsonNode body) {
    return new DialectResponse(
        200, Map.of("content-type", "application/json"), JsonTree.bytes(body));
  }

  /**
   * A failure as JSON, with the headers that the official SDKs evaluate: {@code retry-after}, and
   * {@code x-should-retry: false} for QUOTA_EXHAUSTED and UPSTREAM, where a retry does not help.
   *
   * @param idHeader name of the dialect's request-id header, in lower case
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

  /** Converts a wait to whole seconds for Retry-After, rounded up; at least 1. */
  public static long retryAfterSeconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
