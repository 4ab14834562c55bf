package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** What Gemini rejects in the turns of a conversation. Immutable. */
record GeminiTurnRules(String model) {
  /** Skips the signature check, at the cost of quality. Documented by Google. */
  private static final String SKIP = "skip_thought_signature_validator";

  private static final Set<String> PART =
      Set.of(
          "text",
          "inlineData",
          "fileData",
          "functionCall",
          "functionResponse",
          "thought",
          "thoughtSignature",
          "executableCode",
          "codeExecutionResult",
          "videoMetadata");

  void check(JsonNode contents) throws RejectedRequestException {
    if (!contents.isArray() || contents.isEmpty()) {
      throw bad("* GenerateContentRequest.contents: contents is not specified");
    }
    int open = 0;
    int currentTurn = startOfTurn(contents);
    for (int i = 0; i < contents.size(); i++) {
      JsonNode content = contents.get(i);
      String role = content.path("role").asText("user");
      if (!Set.of("user", "model", "function").contains(role)) {
        throw bad("Please use a valid role: user, model.");
      }
      JsonNode parts = content.path("parts");
      if (parts.isEmpty()) {
        throw bad(
            "* GenerateContentRequest.contents["
                + i
                + "].parts: contents.parts must not be empty.");
      }
      int results = 0;
      for (JsonNode part : parts) {
        GeminiRules.known(part, PART, " at 'contents[" + i + "].parts[0]'");
        results += part(part);
      }
      if (results != open && (open > 0 || results > 0)) {
        throw bad(
            "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.");
      }
      open = calls(parts);
      if (i > currentTurn) {
        signature(parts, i);
      }
    }
    if (open > 0) {
      throw bad("Please ensure that function call turn is followed by a function response turn.");
    }
  }

  /**
   * Index of the last turn of the user that contains text and not only tool results; -1 if no turn
   * does.
   */
  private static int startOfTurn(JsonNode contents) {
    for (int i = contents.size() - 1; i >= 0; i--) {
      JsonNode content = contents.get(i);
      boolean user = content.path("role").asText("user").equals("user");
      if (user && content.path("parts").findValue("text") != null) {
        return i;
      }
    }
    return -1;
  }

  private static int part(JsonNode part) throws RejectedRequestException {
    JsonNode call = GeminiRules.field(part, "functionCall");
    if (!call.isMissingNode()
        && !call.path("args").isMissingNode()
        && !call.path("args").isObject()) {
      throw bad(
          "Invalid value at 'contents[0].parts[0].function_call.args' (type.googleapis.com/google.protobuf.Struct)");
    }
    JsonNode response = GeminiRules.field(part, "functionResponse");
    if (response.isMissingNode()) {
      return 0;
    }
    if (response.path("name").asText().isEmpty()) {
      throw bad(
          "GenerateContentRequest.contents[0].parts[0].function_response.name: Name cannot be empty.");
    }
    if (!response.path("response").isObject()) {
      throw bad(
          "Invalid value at 'contents[0].parts[0].function_response.response' (type.googleapis.com/google.protobuf.Struct)");
    }
    if (response.path("response").findValue("$ref") != null) {
      throw bad("Invalid function response: $ref is not supported.");
    }
    return 1;
  }

  private static int calls(JsonNode parts) {
    int calls = 0;
    for (JsonNode part : parts) {
      if (!GeminiRules.field(part, "functionCall").isMissingNode()) {
        calls++;
      }
    }
    return calls;
  }

  /** Gemini 3 requires its signature on the first call of each step of the current turn. */
  private void signature(JsonNode parts, int at) throws RejectedRequestException {
    if (!model.startsWith("gemini-3")) {
      return;
    }
    for (JsonNode part : parts) {
      JsonNode call = GeminiRules.field(part, "functionCall");
      if (call.isMissingNode()) {
        continue;
      }
      String signature = GeminiRules.field(part, "thoughtSignature").asText();
      if (signature.isEmpty()) {
        throw bad(
            "Function call is missing a thought_signature in functionCall parts. Function call `"
                + call.path("name").asText()
                + "`, position "
                + at
                + ".");
      }
      if (!signature.equals(SKIP)
          && !signature.equals(FakeSignature.of("gemini", call.path("name").asText()))) {
        throw bad("Corrupted thought signature.");
      }
      return;
    }
  }

  private static RejectedRequestException bad(String message) {
    return GeminiRules.bad(message);
  }
}
