package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.Choice;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Settings;
import potluck.dialect.model.Tool;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.Fields;
import potluck.dialect.wire.Tree;

/** Reads a chat completions request. */
final class PromptReader {
  /** Understood, or of no meaning outside OpenAI. */
  private static final Set<String> KNOWN =
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
    Fields.lost(root, KNOWN, "", losses);
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
    return switch (Tree.textOrEmpty(message, "role")) {
      case "system", "developer" -> new Turn(Turn.Role.SYSTEM, blocks);
      case "tool" -> {
        String id = Tree.textOrEmpty(message, "tool_call_id");
        yield new Turn(Turn.Role.USER, List.of(new Block.Result(id, blocks, false)));
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
    return new Block.Call(
        Tree.textOrEmpty(call, "id"),
        Tree.textOrEmpty(function, "name"),
        Tree.textOrEmpty(function, "arguments"),
        seal(call));
  }

  /** Google's own compatible form of a thought signature. */
  static @Nullable Seal seal(JsonNode call) {
    JsonNode google = call.path("extra_content").path("google");
    return Seal.open(Tree.textOrEmpty(google, "thought_signature"), "gemini");
  }

  private void content(JsonNode content, List<Block> blocks) {
    if (content.isTextual()) {
      blocks.add(new Block.Text(content.textValue()));
    }
    for (JsonNode part : content) {
      switch (Tree.textOrEmpty(part, "type")) {
        case "text" -> blocks.add(new Block.Text(Tree.textOrEmpty(part, "text")));
        case "refusal" -> blocks.add(new Block.Text(Tree.textOrEmpty(part, "refusal")));
        case "image_url" -> {
          JsonNode image = part.path("image_url");
          String url = image.isTextual() ? image.textValue() : Tree.textOrEmpty(image, "url");
          blocks.add(Block.Media.at(url, "", null).detail(Tree.text(image, "detail")));
        }
        case "input_audio" -> {
          JsonNode audio = part.path("input_audio");
          String type = "audio/" + Tree.textOrEmpty(audio, "format");
          blocks.add(new Block.Media(type, Tree.textOrEmpty(audio, "data"), null, null));
        }
        case "file" -> file(part.path("file"), blocks);
        default -> losses.add("messages.content." + Tree.textOrEmpty(part, "type"));
      }
    }
  }

  private void file(JsonNode file, List<Block> blocks) {
    String data = Tree.text(file, "file_data");
    if (data == null) {
      losses.add("messages.content.file_id");
      return;
    }
    String name = Tree.text(file, "filename");
    blocks.add(Block.Media.at(data, "application/pdf", name == null ? "file" : name));
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    int i = 0;
    for (JsonNode tool : root.path("tools")) {
      JsonNode function = tool.path("function");
      if (function.isObject()) {
        tools.add(
            new Tool(
                Tree.textOrEmpty(function, "name"),
                Tree.textOrEmpty(function, "description"),
                Fields.schema(function.path("parameters")),
                function.path("strict").asBoolean(false)));
      } else {
        losses.add("tools[" + i + "]");
      }
      i++;
    }
    return tools;
  }

  private Choice choice() {
    JsonNode wanted = root.path("tool_choice");
    Choice choice =
        switch (wanted.isTextual() ? wanted.textValue() : Tree.textOrEmpty(wanted, "type")) {
          case "none" -> new Choice(Choice.Kind.NONE, "", true);
          case "required" -> new Choice(Choice.Kind.ANY, "", true);
          case "function" ->
              new Choice(
                  Choice.Kind.NAMED, Tree.textOrEmpty(wanted.path("function"), "name"), true);
          default -> Choice.AUTO;
        };
    return choice.parallel(root.path("parallel_tool_calls").asBoolean(true));
  }

  private Settings settings() {
    String effort = Tree.text(root, "reasoning_effort");
    return new Settings(
        Fields.count(Fields.pick(root, "max_completion_tokens", "max_tokens")),
        new Settings.Sampling(
            Fields.number(root.path("temperature")),
            Fields.number(root.path("top_p")),
            Fields.whole(root.path("top_k")),
            Fields.number(root.path("presence_penalty")),
            Fields.number(root.path("frequency_penalty")),
            Fields.whole(root.path("seed"))),
        Fields.texts(root.path("stop")),
        effort == null ? null : new Settings.Thinking(effort, OptionalLong.empty()),
        format(root.path("response_format")));
  }

  private static Settings.@Nullable Format format(JsonNode format) {
    return switch (Tree.textOrEmpty(format, "type")) {
      case "json_object" -> new Settings.Format("answer", null, false);
      case "json_schema" -> {
        JsonNode wanted = format.path("json_schema");
        String name = Tree.text(wanted, "name");
        yield new Settings.Format(
            name == null ? "answer" : name,
            wanted.path("schema"),
            wanted.path("strict").asBoolean(false));
      }
      default -> null;
    };
  }
}
