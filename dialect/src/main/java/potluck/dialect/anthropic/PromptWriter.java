package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import potluck.dialect.Options;
import potluck.dialect.Target;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Choice;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Settings;
import potluck.dialect.model.Tool;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.Fields;
import potluck.dialect.translate.Names;
import potluck.dialect.wire.Tree;

/** Writes a request of another dialect as messages. */
final class PromptWriter {
  private final Prompt prompt;
  private final Target target;
  private final Names names;
  private final Losses losses;
  private final ObjectNode root = Tree.object();

  PromptWriter(Prompt prompt, Target target, Names names, Losses losses) {
    this.prompt = prompt;
    this.target = target;
    this.names = names;
    this.losses = losses;
  }

  ObjectNode write(Ask ask, Options options) {
    Settings settings = prompt.settings();
    long most = settings.maxTokens().orElse(options.maxTokens());
    root.put("model", target.model());
    root.put("max_tokens", most);
    boolean json = settings.format() != null && settings.format().schema() == null;
    new Messages(names, losses, target.quirks().contains("system-turns"))
        .write(prompt.turns(), json ? "Answer with one JSON object and nothing else." : "", root);
    tools();
    boolean thinks = thinking(most);
    sampling(settings, thinks);
    List<String> stops = settings.stops().stream().filter(stop -> !stop.isBlank()).toList();
    if (!stops.isEmpty()) {
      ArrayNode array = root.putArray("stop_sequences");
      stops.forEach(array::add);
    }
    Settings.Format format = settings.format();
    if (format != null && format.schema() != null) {
      ObjectNode wanted = root.withObject("/output_config").putObject("format");
      wanted.put("type", "json_schema").set("schema", format.schema());
    }
    if (ask.stream()) {
      root.put("stream", true);
    }
    return root;
  }

  /** Sampling is the model's own affair while it thinks. */
  private void sampling(Settings settings, boolean thinks) {
    Settings.Sampling sampling = settings.sampling();
    Fields.lost(losses, "presence_penalty", sampling.presence());
    Fields.lost(losses, "frequency_penalty", sampling.frequency());
    Fields.lost(losses, "seed", sampling.seed());
    if (thinks) {
      Fields.lost(losses, "temperature", sampling.temperature());
      Fields.lost(losses, "top_p", sampling.topP());
      Fields.lost(losses, "top_k", sampling.topK());
      return;
    }
    if (sampling.temperature() != null) {
      root.put("temperature", Math.max(0, Math.min(1, sampling.temperature())));
    }
    Fields.put(root, "top_p", sampling.topP());
    if (sampling.topK() != null) {
      root.put("top_k", sampling.topK());
    }
  }

  /**
   * Thinking where it is wanted and allowed: not with a forced call, not below 1024 tokens, and not
   * in a tool loop that began without it. Models since 4.6 take it as adaptive (a quirk says so).
   */
  private boolean thinking(long most) {
    Settings.Thinking wanted = prompt.settings().thinking();
    if (wanted == null || wanted.off()) {
      return false;
    }
    Choice.Kind kind = prompt.choice().kind();
    boolean forced = kind == Choice.Kind.ANY || kind == Choice.Kind.NAMED;
    boolean adaptive = target.quirks().contains("thinking-adaptive");
    if (forced || loopWithoutThought() || (!adaptive && most <= 1024)) {
      losses.add("thinking");
      return false;
    }
    if (adaptive) {
      root.putObject("thinking").put("type", "adaptive");
      String level = wanted.level().equals("minimal") ? "low" : wanted.level();
      root.withObject("/output_config").put("effort", level);
    } else {
      long budget = Math.max(1024, Math.min(wanted.tokens(), most - 1));
      root.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    }
    return true;
  }

  private boolean loopWithoutThought() {
    List<Turn> turns = prompt.turns();
    for (int i = turns.size() - 1; i >= 0; i--) {
      Turn turn = turns.get(i);
      if (turn.role() == Turn.Role.ASSISTANT) {
        boolean calls = turn.blocks().stream().anyMatch(b -> b instanceof Block.Call);
        return calls && turn.blocks().stream().noneMatch(Messages::isOwnThought);
      }
      if (turn.role() == Turn.Role.USER
          && turn.blocks().stream().noneMatch(b -> b instanceof Block.Result)) {
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
      ObjectNode entry = tools.addObject().put("name", names.fit(tool.name(), 128));
      if (!tool.description().isEmpty()) {
        entry.put("description", tool.description());
      }
      entry.set("input_schema", Fields.schema(tool.schema()));
      if (tool.strict()) {
        losses.add("tools.strict");
      }
    }
    Choice choice = prompt.choice();
    if (choice.kind() == Choice.Kind.AUTO && choice.parallel()) {
      return;
    }
    ObjectNode wanted = root.putObject("tool_choice");
    switch (choice.kind()) {
      case AUTO -> wanted.put("type", "auto");
      case ANY -> wanted.put("type", "any");
      case NONE -> wanted.put("type", "none");
      case NAMED -> wanted.put("type", "tool").put("name", names.fit(choice.name(), 128));
    }
    if (!choice.parallel() && choice.kind() != Choice.Kind.NONE) {
      wanted.put("disable_parallel_tool_use", true);
    }
  }
}
