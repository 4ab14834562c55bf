package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
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

/** Reads a request for Anthropic's messages. */
final class PromptReader {
  private static final Set<String> KNOWN_FIELDS =
      Set.of(
          "model",
          "messages",
          "system",
          "max_tokens",
          "stop_sequences",
          "stream",
          "temperature",
          "top_p",
          "top_k",
          "tools",
          "tool_choice",
          "thinking",
          "output_config",
          "output_format",
          "metadata",
          "service_tier");
  private static final Set<String> TOOL_FIELDS =
      Set.of("name", "description", "input_schema", "type", "strict");

  private final JsonNode root;
  private final Losses losses;

  PromptReader(JsonNode root, Losses losses) {
    this.root = root;
    this.losses = losses;
  }

  /**
   * Reads the request.
   *
   * @throws FailureException (INVALID) if the request refers to a thread, whose history is not in
   *     the request, or a setting is invalid
   */
  Prompt read() {
    if (root.hasNonNull("thread")) {
      throw new FailureException(
          Failure.of(Failure.Kind.INVALID, "Threads are not supported for this model.")
              .code("thread_unsupported_request"));
    }
    JsonFields.recordLost(root, KNOWN_FIELDS, "", losses);
    BlockReader blocks = new BlockReader(losses);
    List<Turn> turns = new ArrayList<>();
    List<Block> system = blocks.read(root.path("system"), "system");
    system.removeIf(
        b -> b instanceof Block.Text t && t.text().startsWith("x-anthropic-billing-header"));
    if (!system.isEmpty()) {
      turns.add(new Turn(Turn.Role.SYSTEM, system));
    }
    for (JsonNode message : root.path("messages")) {
      Turn.Role role =
          switch (JsonTree.textOrEmpty(message, "role")) {
            case "assistant" -> Turn.Role.ASSISTANT;
            case "system" -> Turn.Role.SYSTEM;
            default -> Turn.Role.USER;
          };
      turns.add(new Turn(role, blocks.read(message.path("content"), "messages")));
    }
    return new Prompt(turns, tools(), choice(), settings());
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    int i = 0;
    for (JsonNode tool : root.path("tools")) {
      String type = JsonTree.text(tool, "type");
      if (type != null && !type.equals("custom")) {
        losses.add("tools[" + i + "]");
      } else {
        JsonFields.recordLost(tool, TOOL_FIELDS, "tools[" + i + "].", losses);
        tools.add(
            new Tool(
                JsonTree.textOrEmpty(tool, "name"),
                JsonTree.textOrEmpty(tool, "description"),
                JsonFields.objectSchema(tool.path("input_schema")),
                tool.path("strict").asBoolean(false)));
      }
      i++;
    }
    return tools;
  }

  private ToolChoice choice() {
    JsonNode requested = root.path("tool_choice");
    ToolChoice choice =
        switch (JsonTree.textOrEmpty(requested, "type")) {
          case "any" -> new ToolChoice(ToolChoice.Kind.ANY, "", true);
          case "none" -> new ToolChoice(ToolChoice.Kind.NONE, "", true);
          case "tool" ->
              new ToolChoice(ToolChoice.Kind.NAMED, JsonTree.textOrEmpty(requested, "name"), true);
          default -> ToolChoice.AUTO;
        };
    return choice.parallel(!requested.path("disable_parallel_tool_use").asBoolean(false));
  }

  private GenerationSettings settings() {
    JsonNode format = root.path("output_config").path("format");
    if (!format.isObject()) {
      format = root.path("output_format");
    }
    return new GenerationSettings(
        maxTokens(),
        GenerationSettings.Sampling.of(
            fraction("temperature"), fraction("top_p"), JsonFields.wholeNumber(root.path("top_k"))),
        JsonFields.strings(root.path("stop_sequences")),
        thinking(),
        format.path("schema").isObject()
            ? new GenerationSettings.Format("answer", format.get("schema"), false)
            : null);
  }

  /**
   * Rejects what Anthropic rejects: if an invalid value were ignored, the answer would have no
   * maximum.
   */
  private OptionalLong maxTokens() {
    JsonNode value = root.path("max_tokens");
    OptionalLong count = JsonFields.countOrEmpty(value);
    if (count.isPresent() ? count.getAsLong() < 0 : !value.isMissingNode() && !value.isNull()) {
      throw new FailureException(
          Failure.of(Failure.Kind.INVALID, "max_tokens must be a whole number.")
              .param("max_tokens"));
    }
    return count;
  }

  private @Nullable Double fraction(String name) {
    JsonNode node = root.path(name);
    @Nullable Double number = JsonFields.number(node);
    if (number == null ? !node.isMissingNode() && !node.isNull() : number < 0 || number > 1) {
      throw new FailureException(
          Failure.of(Failure.Kind.INVALID, name + " must be a number from 0 to 1.").param(name));
    }
    return number;
  }

  private GenerationSettings.@Nullable Thinking thinking() {
    JsonNode thinking = root.path("thinking");
    String effort = JsonTree.text(root.path("output_config"), "effort");
    return switch (JsonTree.textOrEmpty(thinking, "type")) {
      case "enabled" -> GenerationSettings.Thinking.of(JsonTree.count(thinking, "budget_tokens"));
      case "disabled" -> new GenerationSettings.Thinking("none", OptionalLong.empty());
      case "adaptive" ->
          new GenerationSettings.Thinking(effort == null ? "medium" : effort, OptionalLong.empty());
      default ->
          effort == null ? null : new GenerationSettings.Thinking(effort, OptionalLong.empty());
    };
  }
}
