package potluck.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.DialectResponse;
import potluck.dialect.UpstreamErrors;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.wire.JsonTree;

/**
 * Reads and writes Google's error objects: {@code {"error": {code, message, status, details}}}.
 * Stateless.
 */
final class ErrorCodec {
  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

  private ErrorCodec() {}

  static Failure read(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    JsonNode root = JsonTree.readOrMissing(body, 0, body.length);
    Failure failure = read(status, root.isArray() ? root.path(0) : root);
    Duration wait = UpstreamErrors.retryAfter(header);
    return wait == null ? failure : failure.retryAfter(wait);
  }

  /** Classifies an error object inside an answer with status 200. */
  static Failure readInBand(JsonNode root) {
    long code = JsonTree.count(root.path("error"), "code");
    return read(code >= 400 && code < 600 ? (int) code : 0, root);
  }

  private static Failure read(int status, JsonNode root) {
    JsonNode error = root.path("error");
    String message = JsonTree.text(error, "message");
    String name = JsonTree.text(error, "status");
    Kind kind = status == 0 ? Kind.UPSTREAM : UpstreamErrors.kindOf(status);
    Duration wait = null;
    int effectiveStatus = status;
    for (JsonNode detail : error.path("details")) {
      if ("API_KEY_INVALID".equals(JsonTree.text(detail, "reason"))) {
        // Google answers 400 for an invalid API key, which is not the caller's fault.
        kind = Kind.UPSTREAM;
        effectiveStatus = 401;
      }
      if (detail.has("retryDelay")) {
        wait = parseDelay(JsonTree.textOrEmpty(detail, "retryDelay"));
      }
      for (JsonNode violation : detail.path("violations")) {
        kind =
            JsonTree.textOrEmpty(violation, "quotaId").contains("PerDay")
                ? Kind.QUOTA_EXHAUSTED
                : kind;
      }
    }
    return UpstreamErrors.failure(kind, effectiveStatus, message, name).retryAfter(wait);
  }

  /** Parses a protobuf duration in JSON, such as {@code 7s} or {@code 1.5s}. */
  private static @Nullable Duration parseDelay(String text) {
    try {
      double seconds = Double.parseDouble(text.replace("s", ""));
      return seconds >= 0 && seconds < 1e9 ? Duration.ofMillis((long) (seconds * 1000)) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static DialectResponse write(Failure failure, String requestId) {
    return DialectResponse.json(
        status(failure), toJson(failure), failure, "x-request-id", requestId);
  }

  /**
   * Writes an error as the last frame of a stream, or as the last element of an array that has
   * begun.
   */
  static byte[] writeStreamError(Failure failure, boolean array) {
    String error = JsonTree.text(toJson(failure));
    return (array ? ",\r\n" + error + "]" : "data: " + error + "\n\n").getBytes(UTF_8);
  }

  private static ObjectNode toJson(Failure failure) {
    ObjectNode root = JsonTree.object();
    ObjectNode error = root.putObject("error");
    error.put("code", status(failure));
    error.put("message", failure.message());
    error.put("status", name(failure.kind()));
    Duration wait = failure.retryAfter();
    if (wait != null) {
      ObjectNode info = error.putArray("details").addObject();
      info.put("@type", RETRY_INFO);
      info.put("retryDelay", DialectResponse.retryAfterSeconds(wait) + "s");
    }
    return root;
  }

  /**
   * The status of a failure. What an upstream of another dialect cannot process is 400 in this
   * dialect; our own 415 and 422 are kept.
   */
  private static int status(Failure failure) {
    return switch (failure.kind()) {
      case UPSTREAM, OVERLOADED, UNAVAILABLE -> 503;
      case TOO_LARGE -> 400;
      case UNPROCESSABLE, UNSUPPORTED_MEDIA ->
          failure.upstreamStatus() == 0 ? failure.kind().status() : 400;
      default -> failure.kind().status();
    };
  }

  private static String name(Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> "UNAUTHENTICATED";
      case FORBIDDEN -> "PERMISSION_DENIED";
      case NOT_FOUND -> "NOT_FOUND";
      case CONFLICT -> "ABORTED";
      case RATE_LIMITED, QUOTA_EXHAUSTED -> "RESOURCE_EXHAUSTED";
      case INTERNAL -> "INTERNAL";
      case UPSTREAM, OVERLOADED, UNAVAILABLE -> "UNAVAILABLE";
      case REQUEST_TIMEOUT, UPSTREAM_TIMEOUT -> "DEADLINE_EXCEEDED";
      default -> "INVALID_ARGUMENT";
    };
  }
}
