package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.GenerationSettings;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.Tool;
import potluck.dialect.model.ToolChoice;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonTree;

/** Reads a chat completions request. */
final class PromptReader {
  /** Fields that are translated, or have no meaning outside OpenAI. */
  private static final Set<String> KNOWN_FIELDS =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "top_k",
          "seed",
          "presence_penalty",
          "frequency_penalty",
          "stop",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "reasoning_effort",
          "response_format",
          "prompt_cache_key",
          "prompt_cache_retention",
          "user",
          "safety_identifier",
          "metadata",
          "store",
          "service_tier",
          "n");

  private final JsonNode root;
  private final Losses losses;

  PromptReader(JsonNode root, Losses losses) {
    this.root = root;
    this.losses = losses;
  }

  Prompt read() {
    JsonFields.recordLost(root, KNOWN_FIELDS, "", losses);
    if (root.path("n").asInt(1) > 1) {
      losses.add("n");
    }
    List<Turn> turns = new ArrayList<>();
    for (JsonNode message : root.path("messages")) {
      turns.add(turn(message));
    }
    return new Prompt(turns, tools(), choice(), settings());
  }

  private Turn turn(JsonNode message) {
    List<Block> blocks = new ArrayList<>();
    content(message.path("content"), blocks);
    return switch (JsonTree.textOrEmpty(message, "role")) {
      case "system", "developer" -> new Turn(Turn.Role.SYSTEM, blocks);
      case "tool" -> {
        String id = JsonTree.textOrEmpty(message, "tool_call_id");
        yield new Turn(Turn.Role.USER, List.of(new Block.ToolResult(id, blocks, false)));
      }
      case "assistant" -> {
        for (JsonNode call : message.path("tool_calls")) {
          blocks.add(call(call));
        }
        yield new Turn(Turn.Role.ASSISTANT, blocks);
      }
      default -> new Turn(Turn.Role.USER, blocks);
    };
  }

  private static Block call(JsonNode call) {
    JsonNode function = call.path("function");
    return new Block.ToolCall(
        JsonTree.textOrEmpty(call, "id"),
        JsonTree.textOrEmpty(function, "name"),
        JsonTree.textOrEmpty(function, "arguments"),
        signature(call));
  }

  /** A thought signature in the form of Google's OpenAI-compatible API. */
  static @Nullable ThoughtSignature signature(JsonNode call) {
    JsonNode google = call.path("extra_content").path("google");
    return ThoughtSignature.unpack(JsonTree.textOrEmpty(google, "thought_signature"), "gemini");
  }

  private void content(JsonNode content, List<Block> blocks) {
    if (content.isTextual()) {
      blocks.add(new Block.Text(content.textValue()));
    }
    for (JsonNode part : content) {
      switch (JsonTree.textOrEmpty(part, "type")) {
        case "text" -> blocks.add(new Block.Text(JsonTree.textOrEmpty(part, "text")));
        case "refusal" -> blocks.add(new Block.Text(JsonTree.textOrEmpty(part, "refusal")));
        case "image_url" -> {
          JsonNode image = part.path("image_url");
          String url = image.isTextual() ? image.textValue() : JsonTree.textOrEmpty(image, "url");
          blocks.add(Block.Media.fromUrl(url, "", null).detail(JsonTree.text(image, "detail")));
        }
        case "input_audio" -> {
          JsonNode audio = part.path("input_audio");
          String type = "audio/" + JsonTree.textOrEmpty(audio, "format");
          blocks.add(new Block.Media(type, JsonTree.textOrEmpty(audio, "data"), null, null));
        }
        case "file" -> file(part.path("file"), blocks);
        default -> losses.add("messages.content." + JsonTree.textOrEmpty(part, "type"));
      }
    }
  }

  private void file(JsonNode file, List<Block> blocks) {
    String data = JsonTree.text(file, "file_data");
    if (data == null) {
      losses.add("messages.content.file_id");
      return;
    }
    String name = JsonTree.text(file, "filename");
    blocks.add(Block.Media.fromUrl(data, "application/pdf", name == null ? "file" : name));
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    int i = 0;
    for (JsonNode tool : root.path("tools")) {
      JsonNode function = tool.path("function");
      if (function.isObject()) {
        tools.add(
            new Tool(
                JsonTree.textOrEmpty(function, "name"),
                JsonTree.textOrEmpty(function, "description"),
                JsonFields.objectSchema(function.path("parameters")),
                function.path("strict").asBoolean(false)));
      } else {
        losses.add("tools[" + i + "]");
      }
      i++;
    }
    return tools;
  }

  private ToolChoice choice() {
    JsonNode requested = root.path("tool_choice");
    ToolChoice choice =
        switch (requested.isTextual()
            ? requested.textValue()
            : JsonTree.textOrEmpty(requested, "type")) {
          case "none" -> new ToolChoice(ToolChoice.Kind.NONE, "", true);
          case "required" -> new ToolChoice(ToolChoice.Kind.ANY, "", true);
          case "function" ->
              new ToolChoice(
                  ToolChoice.Kind.NAMED,
                  JsonTree.textOrEmpty(requested.path("function"), "name"),
                  true);
          default -> ToolChoice.AUTO;
        };
    return choice.parallel(root.path("parallel_tool_calls").asBoolean(true));
  }

  private GenerationSettings settings() {
    String effort = JsonTree.text(root, "reasoning_effort");
    return new GenerationSettings(
        JsonFields.countOrEmpty(
            JsonFields.firstPresent(root, "max_completion_tokens", "max_tokens")),
        new GenerationSettings.Sampling(
            JsonFields.number(root.path("temperature")),
            JsonFields.number(root.path("top_p")),
            JsonFields.wholeNumber(root.path("top_k")),
            JsonFields.number(root.path("presence_penalty")),
            JsonFields.number(root.path("frequency_penalty")),
            JsonFields.wholeNumber(root.path("seed"))),
        JsonFields.strings(root.path("stop")),
        effort == null ? null : new GenerationSettings.Thinking(effort, OptionalLong.empty()),
        format(root.path("response_format")));
  }

  private static GenerationSettings.@Nullable Format format(JsonNode format) {
    return switch (JsonTree.textOrEmpty(format, "type")) {
      case "json_object" -> new GenerationSettings.Format("answer", null, false);
      case "json_schema" -> {
        JsonNode requested = format.path("json_schema");
        String name = JsonTree.text(requested, "name");
        yield new GenerationSettings.Format(
            name == null ? "answer" : name,
            requested.path("schema"),
            requested.path("strict").asBoolean(false));
      }
      default -> null;
    };
  }
}
