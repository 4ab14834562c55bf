package potluck.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.wire.JsonTree;

/**
 * Error objects of OpenAI's two dialects, chat completions and responses: {@code {"error":
 * {message, type, param, code}}}. Stateless.
 */
public final class OpenAiErrorObject {
  /**
   * Codes that mean a spent balance or quota, so that a retry does not help. Source: OpenAI, "Error
   * codes".
   */
  private static final Set<String> QUOTA_CODES =
      Set.of(
          "insufficient_quota",
          "billing_hard_limit_reached",
          "billing_not_active",
          "insufficient_credits",
          "credit_balance_too_low");

  private OpenAiErrorObject() {}

  /** Classifies an answer with an error status. */
  public static Failure read(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return read(status, JsonTree.readOrMissing(body, 0, body.length))
        .retryAfter(UpstreamErrors.retryAfter(header));
  }

  /** Classifies an error object inside an answer with status 200. */
  public static Failure readInBand(JsonNode root) {
    JsonNode code = root.path("error").path("code");
    int status =
        code.canConvertToInt() && code.asInt() >= 400 && code.asInt() < 600 ? code.asInt() : 0;
    return read(status, root);
  }

  private static Failure read(int status, JsonNode root) {
    JsonNode error = root.path("error");
    String message = error.isTextual() ? error.textValue() : JsonTree.text(error, "message");
    if (message == null) {
      message = JsonTree.text(root, "message");
    }
    String code = JsonTree.text(error, "code");
    String type = JsonTree.text(error, "type");
    Kind kind = status == 0 ? kind(code, type) : UpstreamErrors.kindOf(status);
    if (QUOTA_CODES.contains(code == null ? "" : code)
        || QUOTA_CODES.contains(type == null ? "" : type)) {
      kind = Kind.QUOTA_EXHAUSTED;
    }
    Failure failure = UpstreamErrors.failure(kind, status, message, code);
    String param = JsonTree.text(error, "param");
    return param == null ? failure : failure.param(param);
  }

  private static Kind kind(@Nullable String code, @Nullable String type) {
    String word = code == null ? type == null ? "" : type : code;
    return switch (word) {
      case "rate_limit_exceeded", "rate_limit_error", "too_many_requests" -> Kind.RATE_LIMITED;
      case "invalid_request_error", "context_length_exceeded", "invalid_prompt" -> Kind.INVALID;
      case "model_not_found" -> Kind.NOT_FOUND;
      case "overloaded", "overloaded_error", "server_overloaded", "service_unavailable" ->
          Kind.OVERLOADED;
      case "timeout", "timeout_error" -> Kind.UPSTREAM_TIMEOUT;
      default -> Kind.UPSTREAM;
    };
  }

  /**
   * A failure as a complete response. An upstream's 413 and 422 become 400, because OpenAI does not
   * use them.
   */
  public static DialectResponse write(Failure failure, String requestId) {
    boolean passedOn = failure.upstreamStatus() == 413 || failure.upstreamStatus() == 422;
    int status = passedOn ? 400 : failure.kind().status();
    return DialectResponse.json(status, toJson(failure), failure, "x-request-id", requestId);
  }

  /** A failure as {@code {"error": {...}}}. */
  public static ObjectNode toJson(Failure failure) {
    ObjectNode root = JsonTree.object();
    ObjectNode error = root.putObject("error");
    error.put("message", failure.message());
    error.put("type", type(failure.kind()));
    error.put("param", failure.param());
    error.put("code", failure.code() == null ? code(failure.kind()) : failure.code());
    return root;
  }

  private static String type(Kind kind) {
    return switch (kind) {
      case RATE_LIMITED -> "rate_limit_error";
      case QUOTA_EXHAUSTED -> "insufficient_quota";
      case FORBIDDEN -> "permission_error";
      case INTERNAL, UPSTREAM, UNAVAILABLE, UPSTREAM_TIMEOUT, OVERLOADED -> "server_error";
      default -> "invalid_request_error";
    };
  }

  private static @Nullable String code(Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> "invalid_api_key";
      case NOT_FOUND -> "not_found";
      case RATE_LIMITED -> "rate_limit_exceeded";
      case QUOTA_EXHAUSTED -> "insufficient_quota";
      case UPSTREAM, UPSTREAM_TIMEOUT -> "upstream_error";
      case OVERLOADED, UNAVAILABLE -> "overloaded";
      default -> null;
    };
  }
}
