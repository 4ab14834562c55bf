package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import potluck.dialect.SignatureCache;
import potluck.dialect.Target;
import potluck.dialect.model.GenerationSettings;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Tool;
import potluck.dialect.model.ToolChoice;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.wire.JsonTree;

/** Writes a prompt as a {@code generateContent} request. */
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

  ObjectNode write(SignatureCache signatures) {
    new ContentWriter(prompt, names, losses, signatures).write(root);
    tools();
    ObjectNode config = JsonTree.object();
    settings(config);
    if (!config.isEmpty()) {
      root.set("generationConfig", config);
    }
    return root;
  }

  private void settings(ObjectNode config) {
    GenerationSettings settings = prompt.settings();
    settings.maxTokens().ifPresent(maxTokens -> config.put("maxOutputTokens", maxTokens));
    GenerationSettings.Sampling sampling = settings.sampling();
    JsonFields.putIfPresent(config, "temperature", sampling.temperature());
    JsonFields.putIfPresent(config, "topP", sampling.topP());
    JsonFields.putIfPresent(config, "presencePenalty", sampling.presencePenalty());
    JsonFields.putIfPresent(config, "frequencyPenalty", sampling.frequencyPenalty());
    if (sampling.topK() != null) {
      config.put("topK", sampling.topK());
    }
    if (sampling.seed() != null) {
      config.put("seed", sampling.seed());
    }
    List<String> stops = JsonFields.limitStopSequences(settings.stopSequences(), 5, "stop", losses);
    if (!stops.isEmpty()) {
      ArrayNode array = config.putArray("stopSequences");
      stops.forEach(array::add);
    }
    GenerationSettings.Thinking thinking = settings.thinking();
    if (thinking != null) {
      thinking(thinking, config.putObject("thinkingConfig"));
    }
    GenerationSettings.Format format = settings.format();
    if (format != null) {
      config.put("responseMimeType", "application/json");
      if (format.schema() != null) {
        config.set("responseJsonSchema", format.schema());
      }
    }
  }

  /**
   * Writes a budget as a budget and a level as a level, unless the model knows only budgets (Gemini
   * 2.5, which a quirk marks). Models that cannot turn thinking off reject a budget of 0, so level
   * none only hides thoughts.
   */
  private void thinking(GenerationSettings.Thinking thinking, ObjectNode config) {
    config.put("includeThoughts", !thinking.isOff());
    if (thinking.isOff()) {
      return;
    }
    if (thinking.budget().isPresent() || target.quirks().contains("thinking-budget")) {
      config.put("thinkingBudget", Math.min(thinking.tokens(), 24_576));
      return;
    }
    String level =
        switch (thinking.level()) {
          case "minimal", "low" -> "LOW";
          case "medium" -> "MEDIUM";
          default -> "HIGH";
        };
    config.put("thinkingLevel", level);
  }

  /** Writes tools, with schemas in the field that accepts complete JSON Schema. */
  private void tools() {
    if (prompt.tools().isEmpty()) {
      return;
    }
    ArrayNode functions = root.putArray("tools").addObject().putArray("functionDeclarations");
    for (Tool tool : prompt.tools()) {
      ObjectNode function = functions.addObject().put("name", names.sanitize(tool.name(), 64));
      function.put("description", tool.description());
      function.set("parametersJsonSchema", tool.schema());
      if (tool.strict()) {
        losses.add("tools.strict");
      }
    }
    ToolChoice choice = prompt.toolChoice();
    if (!choice.parallel()) {
      losses.add("parallel_tool_calls");
    }
    if (choice.kind() == ToolChoice.Kind.AUTO) {
      return;
    }
    ObjectNode calling = root.putObject("toolConfig").putObject("functionCallingConfig");
    calling.put("mode", choice.kind() == ToolChoice.Kind.NONE ? "NONE" : "ANY");
    if (choice.kind() == ToolChoice.Kind.NAMED) {
      calling.putArray("allowedFunctionNames").add(names.sanitize(choice.toolName(), 64));
    }
  }
}
