package potluck.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.DialectResponse;
import potluck.dialect.UpstreamErrors;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.wire.JsonTree;

/**
 * Reads and writes Anthropic's error objects: {@code {"type": "error", "error": {type, message}}}.
 * Stateless.
 */
final class ErrorCodec {
  private ErrorCodec() {}

  static Failure read(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return read(status, JsonTree.readOrMissing(body, 0, body.length))
        .retryAfter(UpstreamErrors.retryAfter(header));
  }

  /** Classifies an error object inside an answer with status 200. */
  static Failure readInBand(JsonNode root) {
    return read(0, root);
  }

  private static Failure read(int status, JsonNode root) {
    JsonNode error = root.path("error");
    String type = JsonTree.text(error, "type");
    String message = error.isTextual() ? error.textValue() : JsonTree.text(error, "message");
    Kind kind = status == 0 ? kind(type == null ? "" : type) : UpstreamErrors.kindOf(status);
    // Anthropic answers 400 if the account's balance is spent.
    if (message != null && message.contains("credit balance is too low")) {
      kind = Kind.QUOTA_EXHAUSTED;
    }
    return UpstreamErrors.failure(kind, status, message, type);
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "invalid_request_error" -> Kind.INVALID;
      case "billing_error" -> Kind.QUOTA_EXHAUSTED;
      case "not_found_error" -> Kind.NOT_FOUND;
      case "request_too_large" -> Kind.TOO_LARGE;
      case "rate_limit_error" -> Kind.RATE_LIMITED;
      case "timeout_error" -> Kind.UPSTREAM_TIMEOUT;
      case "overloaded_error" -> Kind.OVERLOADED;
      default -> Kind.UPSTREAM;
    };
  }

  static DialectResponse write(Failure failure, String requestId) {
    int status =
        switch (failure.kind()) {
          case OVERLOADED -> 529;
          // Anthropic uses 400 for invalid fields; our own 422 concerns an Idempotency-Key.
          case UNPROCESSABLE -> failure.upstreamStatus() == 0 ? failure.kind().status() : 400;
          default -> failure.kind().status();
        };
    return DialectResponse.json(
        status, toJson(failure, requestId), failure, "request-id", requestId);
  }

  static byte[] writeStreamError(Failure failure, String requestId) {
    return ("event: error\ndata: " + JsonTree.text(toJson(failure, requestId)) + "\n\n")
        .getBytes(UTF_8);
  }

  private static ObjectNode toJson(Failure failure, String requestId) {
    ObjectNode root = JsonTree.object();
    root.put("type", "error");
    ObjectNode error = root.putObject("error");
    error.put("type", type(failure.kind()));
    error.put("message", failure.message());
    // The official client retries without threads if it finds this code.
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
      case RATE_LIMITED, QUOTA_EXHAUSTED -> "rate_limit_error";
      case INTERNAL, UPSTREAM, UNAVAILABLE -> "api_error";
      case UPSTREAM_TIMEOUT -> "timeout_error";
      case OVERLOADED -> "overloaded_error";
      default -> "invalid_request_error";
    };
  }
}
