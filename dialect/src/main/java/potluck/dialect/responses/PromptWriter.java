package potluck.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
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

/** Writes a request of another dialect as a responses request that leaves no state behind. */
final class PromptWriter {
  private static final int NAME = 64;

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

  ObjectNode write(Ask ask) {
    root.put("model", target.model()).put("store", false);
    ArrayNode input = root.putArray("input");
    for (Turn turn : prompt.turns()) {
      switch (turn.role()) {
        case SYSTEM -> message("system", turn.blocks(), input);
        case USER -> {
          turn.blocks().forEach(b -> result(b, input));
          List<Block> rest =
              turn.blocks().stream().filter(b -> !(b instanceof Block.Result)).toList();
          message("user", rest, input);
        }
        case ASSISTANT -> turn.blocks().forEach(b -> said(b, input));
      }
    }
    tools();
    settings();
    if (ask.stream()) {
      root.put("stream", true);
    }
    return root;
  }

  private void message(String role, List<Block> blocks, ArrayNode input) {
    ArrayNode content = Tree.array();
    blocks.forEach(block -> part(block, content));
    if (!content.isEmpty()) {
      input.addObject().put("type", "message").put("role", role).set("content", content);
    }
  }

  private void part(Block block, ArrayNode content) {
    if (block instanceof Block.Text text && !text.text().isEmpty()) {
      content.addObject().put("type", "input_text").put("text", text.text());
    } else if (block instanceof Block.Media media && media.isImage()) {
      ObjectNode image = content.addObject().put("type", "input_image");
      image.put("image_url", media.address());
      if (media.detail() != null) {
        image.put("detail", media.detail());
      }
    } else if (block instanceof Block.Media media && media.type().startsWith("audio/")) {
      losses.add(media.type());
    } else if (block instanceof Block.Media media) {
      ObjectNode file = content.addObject().put("type", "input_file");
      if (media.base64() == null) {
        file.put("file_url", media.url());
      } else {
        file.put("filename", media.name() == null ? "document.pdf" : media.name());
        file.put("file_data", media.address());
      }
    }
  }

  private void result(Block block, ArrayNode input) {
    if (!(block instanceof Block.Result result)) {
      return;
    }
    ObjectNode item = input.addObject().put("type", "function_call_output");
    item.put("call_id", Names.id(result.id()));
    String text = result.text();
    String shown = result.error() && !text.startsWith("Error") ? "Error: " + text : text;
    if (result.content().stream().noneMatch(Block.Media.class::isInstance)) {
      item.put("output", shown);
      return;
    }
    ArrayNode parts = item.putArray("output");
    part(new Block.Text(shown), parts);
    result.content().stream()
        .filter(Block.Media.class::isInstance)
        .forEach(media -> part(media, parts));
  }

  private void said(Block block, ArrayNode input) {
    switch (block) {
      case Block.Text text when !text.text().isEmpty() ->
          input
              .addObject()
              .put("type", "message")
              .put("role", "assistant")
              .putArray("content")
              .addObject()
              .put("type", "output_text")
              .put("text", text.text());
      case Block.Call call ->
          input
              .addObject()
              .put("type", "function_call")
              .put("call_id", Names.id(call.id()))
              .put("name", names.fit(call.name(), NAME))
              .put("arguments", call.arguments().isBlank() ? "{}" : call.arguments());
      case Block.Thought thought
          when thought.seal() != null && thought.seal().belongsTo("responses") -> {
        ObjectNode item = input.addObject().put("type", "reasoning");
        ArrayNode summary = item.putArray("summary");
        if (!thought.text().isEmpty()) {
          summary.addObject().put("type", "summary_text").put("text", thought.text());
        }
        item.put("encrypted_content", thought.seal().value());
      }
      case Block.Thought _ -> losses.add("thoughts");
      default -> {}
    }
  }

  private void tools() {
    if (prompt.tools().isEmpty()) {
      return;
    }
    ArrayNode tools = root.putArray("tools");
    for (Tool tool : prompt.tools()) {
      ObjectNode entry = tools.addObject().put("type", "function");
      entry.put("name", names.fit(tool.name(), NAME)).put("description", tool.description());
      entry.set("parameters", Fields.schema(tool.schema()));
      entry.put("strict", tool.strict());
    }
    Choice choice = prompt.choice();
    switch (choice.kind()) {
      case AUTO -> {}
      case ANY -> root.put("tool_choice", "required");
      case NONE -> root.put("tool_choice", "none");
      case NAMED -> {
        ObjectNode named = root.putObject("tool_choice").put("type", "function");
        named.put("name", names.fit(choice.name(), NAME));
      }
    }
    if (!choice.parallel()) {
      root.put("parallel_tool_calls", false);
    }
  }

  private void settings() {
    Settings settings = prompt.settings();
    settings.maxTokens().ifPresent(most -> root.put("max_output_tokens", most));
    Settings.Sampling sampling = settings.sampling();
    Fields.put(root, "temperature", sampling.temperature());
    Fields.put(root, "top_p", sampling.topP());
    Fields.lost(losses, "top_k", sampling.topK());
    Fields.lost(losses, "presence_penalty", sampling.presence());
    Fields.lost(losses, "frequency_penalty", sampling.frequency());
    Fields.lost(losses, "seed", sampling.seed());
    if (!settings.stops().isEmpty()) {
      losses.add("stop");
    }
    Settings.Thinking thinking = settings.thinking();
    if (thinking != null && !thinking.off()) {
      root.putObject("reasoning").put("effort", thinking.level()).put("summary", "auto");
      root.putArray("include").add("reasoning.encrypted_content");
    }
    Settings.Format format = settings.format();
    if (format == null) {
      return;
    }
    ObjectNode wanted = root.putObject("text").putObject("format");
    if (format.schema() == null) {
      wanted.put("type", "json_object");
    } else {
      wanted.put("type", "json_schema").put("name", names.fit(format.name(), NAME));
      wanted.set("schema", format.schema());
      wanted.put("strict", format.strict());
    }
  }
}
