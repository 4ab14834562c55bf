package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import potluck.dialect.model.TokenUsage;
import potluck.kit.ReceivedRequest;

/** Gemini's generateContent, streamGenerateContent and countTokens. */
final class GeminiEndpoint implements ProviderEndpoint {
  private static final Set<String> VERBS =
      Set.of("generateContent", "streamGenerateContent", "countTokens");

  @Override
  public boolean serves(ReceivedRequest request) {
    return request.method().equals("POST")
        && request.path().contains("/models/")
        && VERBS.contains(verb(request));
  }

  private static String verb(ReceivedRequest request) {
    return request.path().substring(request.path().lastIndexOf(':') + 1);
  }

  @Override
  public String model(ReceivedRequest request, JsonNode body) {
    String path = request.path();
    int start = path.lastIndexOf("/models/") + "/models/".length();
    String name = path.substring(start, path.lastIndexOf(':'));
    return URLDecoder.decode(name, StandardCharsets.UTF_8);
  }

  @Override
  public FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException {
    GeminiRules.checkKey(request);
    String model = model(request, body);
    JsonNode inner =
        body.has("generateContentRequest") ? body.path("generateContentRequest") : body;
    GeminiRules.check(model, inner);
    FakeAnswer answer = script.answer().orElseGet(() -> defaultAnswer(inner).answer());
    if (verb(request).equals("countTokens")) {
      return FakeReply.Complete.ok(FakeJson.object("totalTokens", answer.usage().input()));
    }
    boolean sse = request.query().matches("(.*&)?alt=sse(&.*)?");
    return verb(request).equals("generateContent")
        ? FakeReply.Complete.ok(
            piece(model, parts(answer, model), finish(answer.stop()), answer.usage()))
        : stream(model, answer, !sse);
  }

  private static DefaultAnswer defaultAnswer(JsonNode body) {
    JsonNode contents = body.path("contents");
    JsonNode last = contents.path(contents.size() - 1);
    boolean results =
        last.findValue("functionResponse") != null || last.findValue("function_response") != null;
    JsonNode config =
        GeminiRules.field(GeminiRules.field(body, "toolConfig"), "functionCallingConfig");
    boolean mayCall = !results && !config.path("mode").asText().equals("NONE");
    String only = GeminiRules.field(config, "allowedFunctionNames").path(0).asText();
    List<String> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      for (JsonNode function : GeminiRules.field(tool, "functionDeclarations")) {
        String name = function.path("name").asText();
        if (mayCall && (only.isEmpty() || only.equals(name))) {
          tools.add(name);
        }
      }
    }
    JsonNode thinking =
        GeminiRules.field(GeminiRules.field(body, "generationConfig"), "thinkingConfig");
    boolean thinks = GeminiRules.field(thinking, "includeThoughts").asBoolean();
    return new DefaultAnswer(tools, true, thinks, contents.toString().hashCode());
  }

  private static List<ObjectNode> parts(FakeAnswer answer, String model) {
    List<ObjectNode> parts = new ArrayList<>();
    boolean called = false;
    for (AnswerPart part : answer.parts()) {
      switch (part) {
        case AnswerPart.Thinking(String text) ->
            parts.add(FakeJson.object("text", text, "thought", true));
        case AnswerPart.Text(String text) -> parts.add(FakeJson.object("text", text));
        case AnswerPart.Call(String id, String name, String arguments) -> {
          Object call = FakeJson.object("name", name, "args", FakeJson.parseTrusted(arguments));
          ObjectNode node = FakeJson.object("functionCall", call);
          if (!called && model.startsWith("gemini-3")) {
            node.put("thoughtSignature", FakeSignature.of("gemini", name));
          }
          parts.add(node);
          called = true;
        }
      }
    }
    if (!called && model.startsWith("gemini-3") && !parts.isEmpty()) {
      parts.getLast().put("thoughtSignature", FakeSignature.of("gemini", answer.joinedText()));
    }
    return parts;
  }

  private static FakeReply.Events stream(String model, FakeAnswer answer, boolean array) {
    List<ObjectNode> pieces = new ArrayList<>();
    TokenUsage early = new TokenUsage(answer.usage().input(), answer.usage().cached(), 0, 0, 0);
    for (ObjectNode part : parts(answer, model)) {
      boolean splittable = part.has("text") && !part.has("thoughtSignature");
      for (String text :
          splittable ? FakeJson.pieces(part.path("text").asText(), 7) : List.of("")) {
        ObjectNode copy = part.deepCopy();
        if (splittable) {
          copy.put("text", text);
        }
        pieces.add(piece(model, List.of(copy), "", early));
      }
    }
    pieces.add(
        piece(model, List.of(FakeJson.object("text", "")), finish(answer.stop()), answer.usage()));
    List<FakeReply.Event> events = new ArrayList<>();
    for (ObjectNode piece : pieces) {
      events.add(new FakeReply.Event(null, piece.toString()));
    }
    String error = GeminiRules.error(503, "The model is overloaded.", FakeJson.array()).body();
    return new FakeReply.Events(events, array, new FakeReply.Event(null, error));
  }

  private static ObjectNode piece(
      String model, List<ObjectNode> parts, String finish, TokenUsage usage) {
    ArrayNode all = FakeJson.array();
    parts.forEach(all::add);
    ObjectNode candidate =
        FakeJson.object("content", FakeJson.object("role", "model", "parts", all));
    if (!finish.isEmpty()) {
      candidate.put("finishReason", finish);
    }
    candidate.put("index", 0);
    return FakeJson.object(
        "candidates",
        FakeJson.array(candidate),
        "usageMetadata",
        usage(usage),
        "modelVersion",
        model,
        "responseId",
        "resp_fake0001");
  }

  private static String finish(FakeAnswer.StopReason stop) {
    return switch (stop) {
      case END, CALLS -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case FILTER -> "SAFETY";
    };
  }

  /** The candidate tokens exclude thoughts. */
  private static ObjectNode usage(TokenUsage tokens) {
    ObjectNode usage = FakeJson.object("promptTokenCount", tokens.input());
    if (tokens.output() > 0) {
      usage.put("candidatesTokenCount", tokens.output() - tokens.reasoning());
    }
    usage.put("totalTokenCount", tokens.total());
    if (tokens.cached() > 0) {
      usage.put("cachedContentTokenCount", tokens.cached());
    }
    if (tokens.reasoning() > 0) {
      usage.put("thoughtsTokenCount", tokens.reasoning());
    }
    return usage;
  }

  @Override
  public FakeReply.Complete error(int status, String message) {
    ArrayNode details = FakeJson.array();
    if (status == 429) {
      details.add(
          FakeJson.object("@type", "type.googleapis.com/google.rpc.RetryInfo", "retryDelay", "7s"));
    }
    return GeminiRules.error(status, message, details);
  }
}
