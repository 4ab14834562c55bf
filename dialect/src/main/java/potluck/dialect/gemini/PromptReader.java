package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.GenerationSettings;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Tool;
import potluck.dialect.model.ToolChoice;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonTree;

/** Reads a {@code generateContent} request, in camelCase or snake_case. */
final class PromptReader {
  private static final Set<String> KNOWN_FIELDS =
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
  private static final Set<String> CONFIG_FIELDS =
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
    // A countTokens request may contain the request in this member.
    JsonNode inner =
        JsonFields.firstPresent(body, "generateContentRequest", "generate_content_request");
    this.root = inner.isObject() ? inner : body;
    this.losses = losses;
    this.config = JsonFields.firstPresent(root, "generationConfig", "generation_config");
  }

  Prompt read() {
    JsonFields.recordLost(root, KNOWN_FIELDS, "", losses);
    JsonFields.recordLost(config, CONFIG_FIELDS, "generationConfig.", losses);
    if (JsonFields.firstPresent(config, "candidateCount", "candidate_count").asInt(1) > 1) {
      losses.add("generationConfig.candidateCount");
    }
    PartReader parts = new PartReader(losses);
    List<Turn> turns = new ArrayList<>();
    JsonNode system = JsonFields.firstPresent(root, "systemInstruction", "system_instruction");
    if (!system.isMissingNode()) {
      turns.add(new Turn(Turn.Role.SYSTEM, parts.read(system)));
    }
    for (JsonNode content : contents()) {
      boolean model = JsonTree.textOrEmpty(content, "role").equals("model");
      Turn.Role role = model ? Turn.Role.ASSISTANT : Turn.Role.USER;
      turns.add(new Turn(role, parts.read(content)));
    }
    return new Prompt(turns, tools(), choice(), settings());
  }

  /** The messages; another value than a list would be lost without a word. */
  private JsonNode contents() {
    JsonNode contents = root.path("contents");
    if (!contents.isArray() && !contents.isMissingNode() && !contents.isNull()) {
      throw new FailureException(
          Failure.of(Failure.Kind.INVALID, "contents must be a list.").param("contents"));
    }
    return contents;
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    int i = 0;
    for (JsonNode tool : root.path("tools")) {
      JsonNode functions =
          JsonFields.firstPresent(tool, "functionDeclarations", "function_declarations");
      if (functions.isMissingNode()) {
        losses.add("tools[" + i + "]");
      }
      for (JsonNode function : functions) {
        JsonNode full =
            JsonFields.firstPresent(function, "parametersJsonSchema", "parameters_json_schema");
        JsonNode schema =
            full.isObject() ? full : SchemaConverter.fromOpenApi(function.path("parameters"));
        tools.add(
            new Tool(
                JsonTree.textOrEmpty(function, "name"),
                JsonTree.textOrEmpty(function, "description"),
                JsonFields.objectSchema(schema),
                false));
      }
      i++;
    }
    return tools;
  }

  private ToolChoice choice() {
    JsonNode calling =
        JsonFields.firstPresent(
            JsonFields.firstPresent(root, "toolConfig", "tool_config"),
            "functionCallingConfig",
            "function_calling_config");
    List<String> allowed =
        JsonFields.strings(
            JsonFields.firstPresent(calling, "allowedFunctionNames", "allowed_function_names"));
    return switch (JsonTree.textOrEmpty(calling, "mode").toUpperCase(Locale.ROOT)) {
      case "NONE" -> new ToolChoice(ToolChoice.Kind.NONE, "", true);
      case "ANY" -> {
        if (allowed.size() > 1) {
          losses.add("toolConfig.functionCallingConfig.allowedFunctionNames");
        }
        yield allowed.size() == 1
            ? new ToolChoice(ToolChoice.Kind.NAMED, allowed.getFirst(), true)
            : new ToolChoice(ToolChoice.Kind.ANY, "", true);
      }
      default -> ToolChoice.AUTO;
    };
  }

  private GenerationSettings settings() {
    return new GenerationSettings(
        JsonFields.countOrEmpty(
            JsonFields.firstPresent(config, "maxOutputTokens", "max_output_tokens")),
        new GenerationSettings.Sampling(
            JsonFields.number(config.path("temperature")),
            JsonFields.number(JsonFields.firstPresent(config, "topP", "top_p")),
            JsonFields.wholeNumber(JsonFields.firstPresent(config, "topK", "top_k")),
            JsonFields.number(
                JsonFields.firstPresent(config, "presencePenalty", "presence_penalty")),
            JsonFields.number(
                JsonFields.firstPresent(config, "frequencyPenalty", "frequency_penalty")),
            JsonFields.wholeNumber(config.path("seed"))),
        JsonFields.strings(JsonFields.firstPresent(config, "stopSequences", "stop_sequences")),
        thinking(JsonFields.firstPresent(config, "thinkingConfig", "thinking_config")),
        format());
  }

  private static GenerationSettings.@Nullable Thinking thinking(JsonNode thinking) {
    JsonNode level = JsonFields.firstPresent(thinking, "thinkingLevel", "thinking_level");
    if (level.isTextual()) {
      String name = level.textValue().toLowerCase(Locale.ROOT);
      return new GenerationSettings.Thinking(name, OptionalLong.empty());
    }
    JsonNode budget = JsonFields.firstPresent(thinking, "thinkingBudget", "thinking_budget");
    return budget.isNumber() ? GenerationSettings.Thinking.of(budget.longValue()) : null;
  }

  private GenerationSettings.@Nullable Format format() {
    JsonNode full = JsonFields.firstPresent(config, "responseJsonSchema", "response_json_schema");
    JsonNode subset = JsonFields.firstPresent(config, "responseSchema", "response_schema");
    if (full.isObject() || subset.isObject()) {
      JsonNode schema = full.isObject() ? full : SchemaConverter.fromOpenApi(subset);
      return new GenerationSettings.Format("answer", schema, false);
    }
    JsonNode type = JsonFields.firstPresent(config, "responseMimeType", "response_mime_type");
    return type.asText().equals("application/json")
        ? new GenerationSettings.Format("answer", null, false)
        : null;
  }
}
