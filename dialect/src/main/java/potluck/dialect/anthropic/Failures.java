package potluck.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Upstream;
import potluck.dialect.Written;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.wire.Tree;

/** Failures in Anthropic's shape: {@code {"type": "error", "error": {type, message}}}. */
final class Failures {
  private Failures() {}

  static Failure read(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return read(status, Tree.readOrMissing(body, 0, body.length))
        .retryAfter(Upstream.retryAfter(header));
  }

  /** A failure inside an answer that began with 200. */
  static Failure inBand(JsonNode root) {
    return read(0, root);
  }

  private static Failure read(int status, JsonNode root) {
    JsonNode error = root.path("error");
    String type = Tree.text(error, "type");
    String message = error.isTextual() ? error.textValue() : Tree.text(error, "message");
    Kind kind = status == 0 ? kind(type == null ? "" : type) : Upstream.kind(status);
    // Anthropic says so with 400 where an account has no money left.
    if (message != null && message.contains("credit balance is too low")) {
      kind = Kind.EXHAUSTED;
    }
    return Upstream.failure(kind, status, message, type);
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "invalid_request_error" -> Kind.INVALID;
      case "billing_error" -> Kind.EXHAUSTED;
      case "not_found_error" -> Kind.NOT_FOUND;
      case "request_too_large" -> Kind.TOO_LARGE;
      case "rate_limit_error" -> Kind.LIMITED;
      case "timeout_error" -> Kind.UPSTREAM_TIMEOUT;
      case "overloaded_error" -> Kind.OVERLOADED;
      default -> Kind.UPSTREAM;
    };
  }

  static Written write(Failure failure, String requestId) {
    int status =
        switch (failure.kind()) {
          case OVERLOADED -> 529;
          // An upstream's is about the request's fields; ours is about an Idempotency-Key.
          case UNPROCESSABLE -> failure.upstreamStatus() == 0 ? failure.kind().status() : 400;
          default -> failure.kind().status();
        };
    return Written.json(status, object(failure, requestId), failure, "request-id", requestId);
  }

  static byte[] writeBreak(Failure failure, String requestId) {
    return ("event: error\ndata: " + Tree.text(object(failure, requestId)) + "\n\n")
        .getBytes(UTF_8);
  }

  private static ObjectNode object(Failure failure, String requestId) {
    ObjectNode root = Tree.object();
    root.put("type", "error");
    ObjectNode error = root.putObject("error");
    error.put("type", type(failure.kind()));
    error.put("message", failure.message());
    // The official client looks for this one to go on without threads.
    if ("thread_unsupported_request".equals(failure.code())) {
      error.putObject("details").put("error_code", failure.code());
    }
    root.put("request_id", requestId);
    return root;
  }

  private static String type(Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NOT_FOUND -> "not_found_error";
      case CONFLICT -> "conflict_error";
      case TOO_LARGE -> "request_too_large";
      case LIMITED, EXHAUSTED -> "rate_limit_error";
      case INTERNAL, UPSTREAM, UNAVAILABLE -> "api_error";
      case UPSTREAM_TIMEOUT -> "timeout_error";
      case OVERLOADED -> "overloaded_error";
      default -> "invalid_request_error";
    };
  }
}
