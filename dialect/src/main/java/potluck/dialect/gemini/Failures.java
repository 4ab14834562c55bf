package potluck.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Upstream;
import potluck.dialect.Written;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.wire.Tree;

/** Failures in Google's shape: {@code {"error": {code, message, status, details}}}. */
final class Failures {
  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

  private Failures() {}

  static Failure read(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    JsonNode root = Tree.readOrMissing(body, 0, body.length);
    Failure failure = read(status, root.isArray() ? root.path(0) : root);
    Duration wait = Upstream.retryAfter(header);
    return wait == null ? failure : failure.retryAfter(wait);
  }

  /** A failure inside an answer that began with 200. */
  static Failure inBand(JsonNode root) {
    long code = Tree.count(root.path("error"), "code");
    return read(code >= 400 && code < 600 ? (int) code : 0, root);
  }

  private static Failure read(int status, JsonNode root) {
    JsonNode error = root.path("error");
    String message = Tree.text(error, "message");
    String name = Tree.text(error, "status");
    Kind kind = status == 0 ? Kind.UPSTREAM : Upstream.kind(status);
    Duration wait = null;
    int shown = status;
    for (JsonNode detail : error.path("details")) {
      if ("API_KEY_INVALID".equals(Tree.text(detail, "reason"))) {
        // Google says 400 where others say 401; the caller's request is not to blame.
        kind = Kind.UPSTREAM;
        shown = 401;
      }
      if (detail.has("retryDelay")) {
        wait = delay(Tree.textOrEmpty(detail, "retryDelay"));
      }
      for (JsonNode violation : detail.path("violations")) {
        kind = Tree.textOrEmpty(violation, "quotaId").contains("PerDay") ? Kind.EXHAUSTED : kind;
      }
    }
    return Upstream.failure(kind, shown, message, name).retryAfter(wait);
  }

  /** A protobuf duration in JSON, such as {@code 7s} or {@code 1.5s}. */
  private static @Nullable Duration delay(String text) {
    try {
      double seconds = Double.parseDouble(text.replace("s", ""));
      return seconds >= 0 && seconds < 1e9 ? Duration.ofMillis((long) (seconds * 1000)) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static Written write(Failure failure, String requestId) {
    return Written.json(status(failure), object(failure), failure, "x-request-id", requestId);
  }

  /** An array of answers has begun, and this is its last element. */
  static byte[] writeBreak(Failure failure, boolean array) {
    String error = Tree.text(object(failure));
    return (array ? ",\r\n" + error + "]" : "data: " + error + "\n\n").getBytes(UTF_8);
  }

  private static ObjectNode object(Failure failure) {
    ObjectNode root = Tree.object();
    ObjectNode error = root.putObject("error");
    error.put("code", status(failure));
    error.put("message", failure.message());
    error.put("status", name(failure.kind()));
    Duration wait = failure.retryAfter();
    if (wait != null) {
      ObjectNode info = error.putArray("details").addObject();
      info.put("@type", RETRY_INFO);
      info.put("retryDelay", Written.seconds(wait) + "s");
    }
    return root;
  }

  /** What an upstream of another dialect cannot take is 400 in this one; what we refuse is not. */
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
      case LIMITED, EXHAUSTED -> "RESOURCE_EXHAUSTED";
      case INTERNAL -> "INTERNAL";
      case UPSTREAM, OVERLOADED, UNAVAILABLE -> "UNAVAILABLE";
      case TOO_SLOW, UPSTREAM_TIMEOUT -> "DEADLINE_EXCEEDED";
      default -> "INVALID_ARGUMENT";
    };
  }
}
