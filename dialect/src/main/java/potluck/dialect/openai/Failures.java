package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Written;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.wire.Bytes;
import potluck.dialect.wire.RetryAfter;

/**
 * Errors in OpenAI's form, https://platform.openai.com/docs/guides/error-codes: read from upstreams
 * and written to clients.
 */
final class Failures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_TEXT = 2000;
  private static final Set<String> SPENT =
      Set.of("insufficient_quota", "billing_hard_limit_reached", "insufficient_balance");

  private Failures() {}

  static Failure read(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    JsonNode error = error(body);
    String message = message(error, body, status);
    @Nullable String code = text(error.path("code"));
    @Nullable Duration wait = RetryAfter.read(header);
    Kind kind = kind(status);
    if (kind == Kind.LIMITED
        && (SPENT.contains(String.valueOf(code)) || SPENT.contains(error.path("type").asText()))) {
      kind = Kind.EXHAUSTED;
    }
    return new Failure(kind, message, code, text(error.path("param")), wait, status);
  }

  /** What an error inside a 200 says: its code or type tells the status that it should have had. */
  static Failure inBand(byte[] body) {
    JsonNode error = error(body);
    String words = error.path("type").asText() + " " + error.path("code").asText();
    int status =
        error.path("code").isInt()
                && error.path("code").asInt() >= 400
                && error.path("code").asInt() < 600
            ? error.path("code").asInt()
            : words.contains("rate_limit") ? 429 : words.contains("overloaded") ? 503 : 502;
    return read(status, _ -> null, body);
  }

  private static Kind kind(int status) {
    return switch (status) {
      case 401, 403 -> Kind.UPSTREAM;
      case 402 -> Kind.EXHAUSTED;
      case 404 -> Kind.NOT_FOUND;
      case 413 -> Kind.TOO_LARGE;
      case 429 -> Kind.LIMITED;
      case 503, 529 -> Kind.OVERLOADED;
      case 408, 504 -> Kind.UPSTREAM_TIMEOUT;
      default -> status >= 500 ? Kind.UPSTREAM : Kind.INVALID;
    };
  }

  private static JsonNode error(byte[] body) {
    try {
      @Nullable JsonNode tree = JSON.readTree(body);
      return tree == null ? JSON.createObjectNode() : tree.path("error");
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  private static String message(JsonNode error, byte[] body, int status) {
    if (error.isTextual()) {
      return error.asText();
    }
    if (error.path("message").isTextual()) {
      return error.path("message").asText();
    }
    String text =
        new String(body, 0, Math.min(body.length, MOST_TEXT), StandardCharsets.UTF_8).strip();
    return text.isEmpty() || text.startsWith("<") ? "The provider answered " + status + "." : text;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isValueNode() && !node.isNull() ? node.asText() : null;
  }

  static Written write(Failure failure) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", "application/json");
    if (failure.retryAfter() != null) {
      headers.put(
          "retry-after", Long.toString(Math.max(1, RetryAfter.seconds(failure.retryAfter()))));
    }
    switch (failure.kind()) {
      // We have tried every account already, or waiting does not help: trying again is waste.
      case LIMITED, EXHAUSTED, UPSTREAM, UPSTREAM_TIMEOUT, OVERLOADED ->
          headers.put("x-should-retry", "false");
      default -> {}
    }
    return new Written(failure.kind().status(), headers, bytes(failure));
  }

  static byte[] event(Failure failure) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    event.writeBytes(Bytes.of("data: "));
    event.writeBytes(bytes(failure));
    event.writeBytes(Bytes.of("\n\n"));
    return event.toByteArray();
  }

  private static byte[] bytes(Failure failure) {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("error")
        .put("message", failure.message())
        .put("type", type(failure.kind()))
        .put("param", failure.param())
        .put("code", failure.code() == null ? code(failure.kind()) : failure.code());
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String type(Kind kind) {
    return switch (kind) {
      case LIMITED -> "rate_limit_error";
      case EXHAUSTED -> "insufficient_quota";
      case INTERNAL, UPSTREAM, UPSTREAM_TIMEOUT, UNAVAILABLE, OVERLOADED -> "server_error";
      default -> "invalid_request_error";
    };
  }

  private static @Nullable String code(Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> "invalid_api_key";
      case LIMITED -> "rate_limit_exceeded";
      case EXHAUSTED -> "insufficient_quota";
      default -> null;
    };
  }
}
