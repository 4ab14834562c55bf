package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.Choice;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Refused;
import potluck.dialect.model.Settings;
import potluck.dialect.model.Tool;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.Fields;
import potluck.dialect.wire.Tree;

/** Reads a responses request. */
final class PromptReader {
  private static final Set<String> KNOWN =
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
   * @throws Refused where the history is kept by OpenAI and not in the request
   */
  Prompt read() {
    for (String state : List.of("previous_response_id", "conversation")) {
      if (root.hasNonNull(state)) {
        throw new Refused(
            Failure.of(
                    Failure.Kind.INVALID,
                    "This model keeps no state: send the whole conversation as input.")
                .param(state));
      }
    }
    Fields.lost(root, KNOWN, "", losses);
    List<Turn> turns = new ArrayList<>();
    String instructions = Tree.textOrEmpty(root, "instructions");
    if (!instructions.isEmpty()) {
      turns.add(new Turn(Turn.Role.SYSTEM, List.of(new Block.Text(instructions))));
    }
    new Items(losses).read(root.path("input"), turns);
    List<Tool> tools = new Toolbox(root.path("tools"), losses).tools();
    return new Prompt(turns, tools, choice(), settings());
  }

  private Choice choice() {
    JsonNode wanted = root.path("tool_choice");
    Choice choice =
        switch (wanted.isTextual() ? wanted.textValue() : Tree.textOrEmpty(wanted, "type")) {
          case "none" -> new Choice(Choice.Kind.NONE, "", true);
          case "required" -> new Choice(Choice.Kind.ANY, "", true);
          case "function", "custom" ->
              new Choice(
                  Choice.Kind.NAMED,
                  Toolbox.qualified(
                      Tree.text(wanted, "namespace"), Tree.textOrEmpty(wanted, "name")),
                  true);
          default -> Choice.AUTO;
        };
    return choice.parallel(root.path("parallel_tool_calls").asBoolean(true));
  }

  private Settings settings() {
    String effort = Tree.text(root.path("reasoning"), "effort");
    return new Settings(
        Fields.count(root.path("max_output_tokens")),
        Settings.Sampling.of(
            Fields.number(root.path("temperature")), Fields.number(root.path("top_p")), null),
        List.of(),
        effort == null ? null : new Settings.Thinking(effort, OptionalLong.empty()),
        format(root.path("text").path("format")));
  }

  private static Settings.@Nullable Format format(JsonNode format) {
    return switch (Tree.textOrEmpty(format, "type")) {
      case "json_object" -> new Settings.Format("answer", null, false);
      case "json_schema" ->
          new Settings.Format(
              Tree.textOrEmpty(format, "name"),
              format.path("schema"),
              format.path("strict").asBoolean(false));
      default -> null;
    };
  }
}
