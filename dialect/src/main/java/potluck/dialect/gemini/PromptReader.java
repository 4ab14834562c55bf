package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Choice;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Settings;
import potluck.dialect.model.Tool;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.Fields;
import potluck.dialect.wire.Tree;

/** Reads a generateContent request, in camelCase or snake_case. */
final class PromptReader {
  private static final Set<String> KNOWN =
      Set.of(
          "model",
          "contents",
          "systemInstruction",
          "system_instruction",
          "generationConfig",
          "generation_config",
          "tools",
          "toolConfig",
          "tool_config",
          "labels");
  private static final Set<String> CONFIG =
      Set.of(
          "temperature",
          "topP",
          "top_p",
          "topK",
          "top_k",
          "seed",
          "presencePenalty",
          "presence_penalty",
          "frequencyPenalty",
          "frequency_penalty",
          "maxOutputTokens",
          "max_output_tokens",
          "stopSequences",
          "stop_sequences",
          "responseMimeType",
          "response_mime_type",
          "responseSchema",
          "response_schema",
          "responseJsonSchema",
          "response_json_schema",
          "thinkingConfig",
          "thinking_config",
          "candidateCount",
          "candidate_count");

  private final JsonNode root;
  private final Losses losses;
  private final JsonNode config;

  PromptReader(JsonNode body, Losses losses) {
    // A question for the count may carry the request it is about one level down.
    JsonNode inner = Fields.pick(body, "generateContentRequest", "generate_content_request");
    this.root = inner.isObject() ? inner : body;
    this.losses = losses;
    this.config = Fields.pick(root, "generationConfig", "generation_config");
  }

  Prompt read() {
    Fields.lost(root, KNOWN, "", losses);
    Fields.lost(config, CONFIG, "generationConfig.", losses);
    if (Fields.pick(config, "candidateCount", "candidate_count").asInt(1) > 1) {
      losses.add("generationConfig.candidateCount");
    }
    Parts parts = new Parts(losses);
    List<Turn> turns = new ArrayList<>();
    JsonNode system = Fields.pick(root, "systemInstruction", "system_instruction");
    if (!system.isMissingNode()) {
      turns.add(new Turn(Turn.Role.SYSTEM, parts.read(system)));
    }
    for (JsonNode content : root.path("contents")) {
      boolean model = Tree.textOrEmpty(content, "role").equals("model");
      Turn.Role role = model ? Turn.Role.ASSISTANT : Turn.Role.USER;
      turns.add(new Turn(role, parts.read(content)));
    }
    return new Prompt(turns, tools(), choice(), settings());
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    int i = 0;
    for (JsonNode tool : root.path("tools")) {
      JsonNode functions = Fields.pick(tool, "functionDeclarations", "function_declarations");
      if (functions.isMissingNode()) {
        losses.add("tools[" + i + "]");
      }
      for (JsonNode function : functions) {
        JsonNode full = Fields.pick(function, "parametersJsonSchema", "parameters_json_schema");
        JsonNode schema = full.isObject() ? full : Schemas.fromOpenApi(function.path("parameters"));
        tools.add(
            new Tool(
                Tree.textOrEmpty(function, "name"),
                Tree.textOrEmpty(function, "description"),
                Fields.schema(schema),
                false));
      }
      i++;
    }
    return tools;
  }

  private Choice choice() {
    JsonNode calling =
        Fields.pick(
            Fields.pick(root, "toolConfig", "tool_config"),
            "functionCallingConfig",
            "function_calling_config");
    List<String> allowed =
        Fields.texts(Fields.pick(calling, "allowedFunctionNames", "allowed_function_names"));
    return switch (Tree.textOrEmpty(calling, "mode").toUpperCase(java.util.Locale.ROOT)) {
      case "NONE" -> new Choice(Choice.Kind.NONE, "", true);
      case "ANY" -> {
        if (allowed.size() > 1) {
          losses.add("toolConfig.functionCallingConfig.allowedFunctionNames");
        }
        yield allowed.size() == 1
            ? new Choice(Choice.Kind.NAMED, allowed.getFirst(), true)
            : new Choice(Choice.Kind.ANY, "", true);
      }
      default -> Choice.AUTO;
    };
  }

  private Settings settings() {
    return new Settings(
        Fields.count(Fields.pick(config, "maxOutputTokens", "max_output_tokens")),
        new Settings.Sampling(
            Fields.number(config.path("temperature")),
            Fields.number(Fields.pick(config, "topP", "top_p")),
            Fields.whole(Fields.pick(config, "topK", "top_k")),
            Fields.number(Fields.pick(config, "presencePenalty", "presence_penalty")),
            Fields.number(Fields.pick(config, "frequencyPenalty", "frequency_penalty")),
            Fields.whole(config.path("seed"))),
        Fields.texts(Fields.pick(config, "stopSequences", "stop_sequences")),
        thinking(Fields.pick(config, "thinkingConfig", "thinking_config")),
        format());
  }

  private static Settings.@Nullable Thinking thinking(JsonNode thinking) {
    JsonNode level = Fields.pick(thinking, "thinkingLevel", "thinking_level");
    if (level.isTextual()) {
      String name = level.textValue().toLowerCase(java.util.Locale.ROOT);
      return new Settings.Thinking(name, java.util.OptionalLong.empty());
    }
    JsonNode budget = Fields.pick(thinking, "thinkingBudget", "thinking_budget");
    return budget.isNumber() ? Settings.Thinking.of(budget.longValue()) : null;
  }

  private Settings.@Nullable Format format() {
    JsonNode full = Fields.pick(config, "responseJsonSchema", "response_json_schema");
    JsonNode subset = Fields.pick(config, "responseSchema", "response_schema");
    if (full.isObject() || subset.isObject()) {
      JsonNode schema = full.isObject() ? full : Schemas.fromOpenApi(subset);
      return new Settings.Format("answer", schema, false);
    }
    JsonNode type = Fields.pick(config, "responseMimeType", "response_mime_type");
    return type.asText().equals("application/json")
        ? new Settings.Format("answer", null, false)
        : null;
  }
}
