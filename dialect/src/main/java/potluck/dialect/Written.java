package potluck.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.Tree;

/**
 * A whole response, ready to be sent.
 *
 * @param headers content type and whatever the dialect adds, by lower-case name
 */
public record Written(int status, Map<String, String> headers, byte[] body) {

  /** A JSON answer without more to say. */
  public static Written json(JsonNode body) {
    return new Written(200, Map.of("content-type", "application/json"), Tree.bytes(body));
  }

  /**
   * A failure as JSON, with the headers that all SDKs go by: how long to wait, and whether to try
   * again at all (not where every account has been tried, or a quota is spent).
   *
   * @param idHeader the dialect's name for the header of the request id
   */
  public static Written json(
      int status, JsonNode body, Failure failure, String idHeader, String requestId) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put(idHeader, requestId);
    Duration wait = failure.comeAgain();
    if (wait != null) {
      headers.put("retry-after", Long.toString(seconds(wait)));
      headers.put("retry-after-ms", Long.toString(wait.toMillis()));
    }
    if (failure.kind() == Failure.Kind.EXHAUSTED || failure.kind() == Failure.Kind.UPSTREAM) {
      headers.put("x-should-retry", "false");
    }
    return new Written(status, headers, Tree.bytes(body));
  }

  /** A wait in seconds, up to the next one, so that whoever obeys is let in; at least 1. */
  public static long seconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
