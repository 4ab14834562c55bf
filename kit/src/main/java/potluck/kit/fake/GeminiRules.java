package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import potluck.kit.ReceivedRequest;

/** What Gemini rejects, except for the turns of a conversation. Stateless. */
final class GeminiRules {
  private static final Set<String> TOP =
      Set.of(
          "contents",
          "tools",
          "toolConfig",
          "safetySettings",
          "systemInstruction",
          "generationConfig",
          "cachedContent",
          "model",
          "generateContentRequest",
          "labels");
  private static final Set<String> CONFIG =
      Set.of(
          "temperature",
          "topP",
          "topK",
          "candidateCount",
          "maxOutputTokens",
          "stopSequences",
          "responseMimeType",
          "responseSchema",
          "responseJsonSchema",
          "thinkingConfig",
          "seed",
          "presencePenalty",
          "frequencyPenalty",
          "responseLogprobs",
          "logprobs",
          "responseModalities",
          "speechConfig",
          "mediaResolution",
          "imageConfig");

  /**
   * Keywords that the OpenAPI subset of {@code parameters} and {@code responseSchema} does not
   * have.
   */
  private static final Set<String> NOT_IN_SUBSET =
      Set.of(
          "$schema",
          "$ref",
          "$defs",
          "$id",
          "definitions",
          "additionalProperties",
          "const",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "patternProperties",
          "oneOf",
          "allOf",
          "not",
          "if",
          "then",
          "else",
          "propertyNames");

  private static final Map<Integer, String> STATUS =
      Map.of(
          400, "INVALID_ARGUMENT",
          401, "UNAUTHENTICATED",
          403, "PERMISSION_DENIED",
          404, "NOT_FOUND",
          429, "RESOURCE_EXHAUSTED",
          503, "UNAVAILABLE",
          504, "DEADLINE_EXCEEDED");

  private GeminiRules() {}

  static RejectedRequestException bad(String message) {
    return new RejectedRequestException(error(400, message, FakeJson.array()));
  }

  static FakeReply.Complete error(int status, String message, Object details) {
    String word = STATUS.getOrDefault(status, "INTERNAL");
    Object error =
        FakeJson.object("code", status, "message", message, "status", word, "details", details);
    return new FakeReply.Complete(status, Map.of(), FakeJson.object("error", error).toString());
  }

  static void checkKey(ReceivedRequest request) throws RejectedRequestException {
    String bearer = request.header("authorization").orElse("").replaceFirst("^Bearer ", "");
    String query = request.query().replaceFirst("^(.*&)?key=([^&]*).*$", "$2");
    String fromQuery = request.query().contains("key=") ? query : bearer;
    String key = request.header("x-goog-api-key").orElse(fromQuery);
    if (key.isEmpty()) {
      throw new RejectedRequestException(
          error(403, "Method doesn't allow unregistered callers.", FakeJson.array()));
    }
    // Gemini answers 400 for a wrong key, not 401.
    if (key.startsWith("wrong")) {
      throw new RejectedRequestException(
          error(
              400,
              "API key not valid. Please pass a valid API key.",
              FakeJson.array(
                  FakeJson.object(
                      "@type",
                      "type.googleapis.com/google.rpc.ErrorInfo",
                      "reason",
                      "API_KEY_INVALID",
                      "domain",
                      "googleapis.com"))));
    }
  }

  static void check(String model, JsonNode body) throws RejectedRequestException {
    known(body, TOP, "");
    JsonNode config = field(body, "generationConfig");
    known(config, CONFIG, " at 'generation_config'");
    double temperature = config.path("temperature").asDouble(1);
    if (temperature < 0 || temperature > 2) {
      throw bad(
          "Unable to submit request because it has a temperature value out of range [0.0, 2.0].");
    }
    if (field(config, "stopSequences").size() > 5) {
      throw bad("The number of stop sequences must be at most 5.");
    }
    schema(field(config, "responseSchema"), "generation_config.response_schema");
    for (JsonNode tool : body.path("tools")) {
      for (JsonNode function : field(tool, "functionDeclarations")) {
        if (!function.path("name").asText().matches("[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}")) {
          throw bad("Invalid function name: " + function.path("name").asText());
        }
        schema(function.path("parameters"), "tools[0].function_declarations[0].parameters");
      }
    }
    new GeminiTurnRules(model).check(body.path("contents"));
  }

  /** A field in camelCase or snake_case, as Gemini accepts both. */
  static JsonNode field(JsonNode node, String camel) {
    return node.has(camel) ? node.path(camel) : node.path(snake(camel));
  }

  private static String snake(String camel) {
    return camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  static void known(JsonNode node, Set<String> names, String where)
      throws RejectedRequestException {
    for (String name : FakeJson.names(node)) {
      boolean known =
          names.stream().anyMatch(camel -> camel.equals(name) || snake(camel).equals(name));
      if (!known) {
        throw bad(
            "Invalid JSON payload received. Unknown name \""
                + name
                + "\""
                + where
                + ": Cannot find field.");
      }
    }
  }

  private static void schema(JsonNode schema, String where) throws RejectedRequestException {
    for (String name : FakeJson.names(schema)) {
      if (NOT_IN_SUBSET.contains(name)) {
        throw bad(
            "Invalid JSON payload received. Unknown name \""
                + name
                + "\" at '"
                + where
                + "': Cannot find field.");
      }
    }
    if (schema.path("type").isArray()) {
      throw bad(
          "Invalid value at '"
              + where
              + ".type': Proto field is not repeating, cannot start list.");
    }
    if (schema.isObject() && !schema.has("type") && !schema.has("anyOf")) {
      throw bad(where + ": missing field 'type'");
    }
    for (JsonNode property : schema.path("properties")) {
      schema(property, where + ".properties");
    }
    for (JsonNode one : schema.path("anyOf")) {
      schema(one, where + ".any_of");
    }
    if (schema.has("items")) {
      schema(schema.path("items"), where + ".items");
    }
  }
}
