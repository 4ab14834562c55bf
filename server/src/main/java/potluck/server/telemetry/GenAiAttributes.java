package potluck.server.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import potluck.gateway.relay.Call;

/**
 * Names of OpenTelemetry's conventions for generative AI, which are still in development. Source:
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/.
 */
final class GenAiAttributes {
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
  static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
  static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.request.model");
  static final AttributeKey<String> TOKEN_TYPE = AttributeKey.stringKey("gen_ai.token.type");
  static final AttributeKey<Long> INPUT = AttributeKey.longKey("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT = AttributeKey.longKey("gen_ai.usage.output_tokens");
  static final AttributeKey<Long> CACHED =
      AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("potluck.request_id");
  static final AttributeKey<String> DIALECT = AttributeKey.stringKey("potluck.dialect");
  static final AttributeKey<Boolean> STREAM = AttributeKey.booleanKey("potluck.stream");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("potluck.outcome");
  static final AttributeKey<Long> FIRST_BYTE = AttributeKey.longKey("potluck.first_byte_ms");

  private GenAiAttributes() {}

  /** The operation of a call. */
  static String operation(Call call) {
    if (call.passthrough() == null) {
      return call.dialect().name().equals("gemini") ? "generate_content" : "chat";
    }
    return switch (call.passthrough().path()) {
      case "/embeddings" -> "embeddings";
      case "/completions" -> "text_completion";
      default -> call.passthrough().path().substring(1);
    };
  }

  /** The path with a placeholder for the model's name. */
  static String route(Call call) {
    return call.endpoint().replaceFirst("/models/.*:", "/models/{model}:");
  }

  /** The conventions' name of a provider; our own if they have none. */
  static String provider(String name) {
    return switch (name) {
      case "openai-responses" -> "openai";
      case "azure-openai", "azure-openai-responses" -> "azure.ai.openai";
      case "gemini" -> "gcp.gemini";
      case "vertex-gemini", "vertex-claude" -> "gcp.vertex_ai";
      case "bedrock-claude" -> "aws.bedrock";
      case "mistral" -> "mistral_ai";
      case "xai" -> "x_ai";
      default -> name;
    };
  }
}
