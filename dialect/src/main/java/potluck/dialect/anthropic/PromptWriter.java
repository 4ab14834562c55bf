package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.GenerationSettings;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Tool;
import potluck.dialect.model.ToolChoice;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.wire.JsonTree;

/** Writes a prompt as a request for Anthropic's messages. */
final class PromptWriter {
  private final Prompt prompt;
  private final Target target;
  private final ToolNames names;
  private final Losses losses;
  private final ObjectNode root = JsonTree.object();

  PromptWriter(Prompt prompt, Target target, ToolNames names, Losses losses) {
    this.prompt = prompt;
    this.target = target;
    this.names = names;
    this.losses = losses;
  }

  ObjectNode write(Ask ask, TranslationOptions options) {
    GenerationSettings settings = prompt.settings();
    long maxTokens = settings.maxTokens().orElse(options.defaultMaxTokens());
    root.put("model", target.model());
    root.put("max_tokens", maxTokens);
    boolean json = settings.format() != null && settings.format().schema() == null;
    new MessageWriter(names, losses, target.quirks().contains("system-turns"))
        .write(prompt.turns(), json ? "Answer with one JSON object and nothing else." : "", root);
    tools();
    boolean thinks = thinking(maxTokens);
    sampling(settings, thinks);
    List<String> stops = settings.stopSequences().stream().filter(stop -> !stop.isBlank()).toList();
    if (!stops.isEmpty()) {
      ArrayNode array = root.putArray("stop_sequences");
      stops.forEach(array::add);
    }
    GenerationSettings.Format format = settings.format();
    if (format != null && format.schema() != null) {
      ObjectNode requested = root.withObject("/output_config").putObject("format");
      requested.put("type", "json_schema").set("schema", format.schema());
    }
    if (ask.stream()) {
      root.put("stream", true);
    }
    return root;
  }

  /** Sampling settings are not allowed together with thinking. */
  private void sampling(GenerationSettings settings, boolean thinks) {
    GenerationSettings.Sampling sampling = settings.sampling();
    JsonFields.recordLost(losses, "presence_penalty", sampling.presencePenalty());
    JsonFields.recordLost(losses, "frequency_penalty", sampling.frequencyPenalty());
    JsonFields.recordLost(losses, "seed", sampling.seed());
    if (thinks) {
      JsonFields.recordLost(losses, "temperature", sampling.temperature());
      JsonFields.recordLost(losses, "top_p", sampling.topP());
      JsonFields.recordLost(losses, "top_k", sampling.topK());
      return;
    }
    if (sampling.temperature() != null) {
      root.put("temperature", Math.max(0, Math.min(1, sampling.temperature())));
    }
    JsonFields.putIfPresent(root, "top_p", sampling.topP());
    if (sampling.topK() != null) {
      root.put("top_k", sampling.topK());
    }
  }

  /**
   * Turns thinking on if it is requested and allowed: not with a forced call, not below 1024
   * tokens, and not in a tool loop that began without thinking. Models since 4.6 accept only
   * adaptive thinking (a quirk marks them).
   *
   * @return whether thinking is on
   */
  private boolean thinking(long maxTokens) {
    GenerationSettings.Thinking requested = prompt.settings().thinking();
    if (requested == null || requested.isOff()) {
      return false;
    }
    ToolChoice.Kind kind = prompt.toolChoice().kind();
    boolean forced = kind == ToolChoice.Kind.ANY || kind == ToolChoice.Kind.NAMED;
    boolean adaptive = target.quirks().contains("thinking-adaptive");
    if (forced || inToolLoopWithoutThought() || (!adaptive && maxTokens <= 1024)) {
      losses.add("thinking");
      return false;
    }
    if (adaptive) {
      root.putObject("thinking").put("type", "adaptive");
      String level = requested.level().equals("minimal") ? "low" : requested.level();
      root.withObject("/output_config").put("effort", level);
    } else {
      long budget = Math.max(1024, Math.min(requested.tokens(), maxTokens - 1));
      root.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    }
    return true;
  }

  /** Whether the last turn of the assistant made calls without a thought that Anthropic signed. */
  private boolean inToolLoopWithoutThought() {
    List<Turn> turns = prompt.turns();
    for (int i = turns.size() - 1; i >= 0; i--) {
      Turn turn = turns.get(i);
      if (turn.role() == Turn.Role.ASSISTANT) {
        boolean calls = turn.blocks().stream().anyMatch(b -> b instanceof Block.ToolCall);
        return calls && turn.blocks().stream().noneMatch(MessageWriter::isOwnThought);
      }
      if (turn.role() == Turn.Role.USER
          && turn.blocks().stream().noneMatch(b -> b instanceof Block.ToolResult)) {
        return false;
      }
    }
    return false;
  }

  private void tools() {
    if (prompt.tools().isEmpty()) {
      return;
    }
    ArrayNode tools = root.putArray("tools");
    for (Tool tool : prompt.tools()) {
      ObjectNode entry = tools.addObject().put("name", names.sanitize(tool.name(), 128));
      if (!tool.description().isEmpty()) {
        entry.put("description", tool.description());
      }
      entry.set("input_schema", JsonFields.objectSchema(tool.schema()));
      if (tool.strict()) {
        losses.add("tools.strict");
      }
    }
    ToolChoice choice = prompt.toolChoice();
    if (choice.kind() == ToolChoice.Kind.AUTO && choice.parallel()) {
      return;
    }
    ObjectNode requested = root.putObject("tool_choice");
    switch (choice.kind()) {
      case AUTO -> requested.put("type", "auto");
      case ANY -> requested.put("type", "any");
      case NONE -> requested.put("type", "none");
      case NAMED ->
          requested.put("type", "tool").put("name", names.sanitize(choice.toolName(), 128));
    }
    if (!choice.parallel() && choice.kind() != ToolChoice.Kind.NONE) {
      requested.put("disable_parallel_tool_use", true);
    }
  }
}
