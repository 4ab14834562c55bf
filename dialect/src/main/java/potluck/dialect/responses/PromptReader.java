package potluck.dialect.responses;

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

/** Reads a request for OpenAI's responses. */
final class PromptReader {
  private static final Set<String> KNOWN_FIELDS =
      Set.of(
          "model",
          "input",
          "instructions",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "text",
          "reasoning",
          "max_output_tokens",
          "temperature",
          "top_p",
          "stream",
          "stream_options",
          "store",
          "include",
          "metadata",
          "user",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "service_tier",
          "truncation",
          "client_metadata");

  private final JsonNode root;
  private final Losses losses;

  PromptReader(JsonNode root, Losses losses) {
    this.root = root;
    this.losses = losses;
  }

  /**
   * Reads the request.
   *
   * @throws FailureException (INVALID) if the history is stored at OpenAI and not in the request
   */
  Prompt read() {
    for (String state : List.of("previous_response_id", "conversation")) {
      if (root.hasNonNull(state)) {
        throw new FailureException(
            Failure.of(
                    Failure.Kind.INVALID,
                    "This model keeps no state: send the whole conversation as input.")
                .param(state));
      }
    }
    JsonFields.recordLost(root, KNOWN_FIELDS, "", losses);
    List<Turn> turns = new ArrayList<>();
    String instructions = JsonTree.textOrEmpty(root, "instructions");
    if (!instructions.isEmpty()) {
      turns.add(new Turn(Turn.Role.SYSTEM, List.of(new Block.Text(instructions))));
    }
    new ItemReader(losses).read(root.path("input"), turns);
    List<Tool> tools = new ToolMapping(root.path("tools"), losses).tools();
    return new Prompt(turns, tools, choice(), settings());
  }

  private ToolChoice choice() {
    JsonNode requested = root.path("tool_choice");
    ToolChoice choice =
        switch (requested.isTextual()
            ? requested.textValue()
            : JsonTree.textOrEmpty(requested, "type")) {
          case "none" -> new ToolChoice(ToolChoice.Kind.NONE, "", true);
          case "required" -> new ToolChoice(ToolChoice.Kind.ANY, "", true);
          case "function", "custom" ->
              new ToolChoice(
                  ToolChoice.Kind.NAMED,
                  ToolMapping.qualified(
                      JsonTree.text(requested, "namespace"),
                      JsonTree.textOrEmpty(requested, "name")),
                  true);
          default -> ToolChoice.AUTO;
        };
    return choice.parallel(root.path("parallel_tool_calls").asBoolean(true));
  }

  private GenerationSettings settings() {
    String effort = JsonTree.text(root.path("reasoning"), "effort");
    return new GenerationSettings(
        JsonFields.countOrEmpty(root.path("max_output_tokens")),
        GenerationSettings.Sampling.of(
            JsonFields.number(root.path("temperature")),
            JsonFields.number(root.path("top_p")),
            null),
        List.of(),
        effort == null ? null : new GenerationSettings.Thinking(effort, OptionalLong.empty()),
        format(root.path("text").path("format")));
  }

  private static GenerationSettings.@Nullable Format format(JsonNode format) {
    return switch (JsonTree.textOrEmpty(format, "type")) {
      case "json_object" -> new GenerationSettings.Format("answer", null, false);
      case "json_schema" ->
          new GenerationSettings.Format(
              JsonTree.textOrEmpty(format, "name"),
              format.path("schema"),
              format.path("strict").asBoolean(false));
      default -> null;
    };
  }
}
