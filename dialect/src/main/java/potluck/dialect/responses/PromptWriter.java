package potluck.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import potluck.dialect.Target;
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

/** Writes a prompt as a request for OpenAI's responses that stores nothing at the provider. */
final class PromptWriter {
  private static final int MAX_NAME_LENGTH = 64;

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

  ObjectNode write(Ask ask) {
    root.put("model", target.model()).put("store", false);
    ArrayNode input = root.putArray("input");
    for (Turn turn : prompt.turns()) {
      switch (turn.role()) {
        case SYSTEM -> message("system", turn.blocks(), input);
        case USER -> {
          turn.blocks().forEach(b -> result(b, input));
          List<Block> rest =
              turn.blocks().stream().filter(b -> !(b instanceof Block.ToolResult)).toList();
          message("user", rest, input);
        }
        case ASSISTANT -> turn.blocks().forEach(b -> writeAssistantBlock(b, input));
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
    ArrayNode content = JsonTree.array();
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
      image.put("image_url", media.urlOrDataUrl());
      if (media.detail() != null) {
        image.put("detail", media.detail());
      }
    } else if (block instanceof Block.Media media && media.mediaType().startsWith("audio/")) {
      losses.add(media.mediaType());
    } else if (block instanceof Block.Media media) {
      ObjectNode file = content.addObject().put("type", "input_file");
      if (media.base64() == null) {
        file.put("file_url", media.url());
      } else {
        file.put("filename", media.name() == null ? "document.pdf" : media.name());
        file.put("file_data", media.urlOrDataUrl());
      }
    }
  }

  private void result(Block block, ArrayNode input) {
    if (!(block instanceof Block.ToolResult result)) {
      return;
    }
    ObjectNode item = input.addObject().put("type", "function_call_output");
    item.put("call_id", ToolNames.callId(result.id()));
    String text = result.textWithErrorMark();
    if (result.content().stream().noneMatch(Block.Media.class::isInstance)) {
      item.put("output", text);
      return;
    }
    ArrayNode parts = item.putArray("output");
    part(new Block.Text(text), parts);
    result.content().stream()
        .filter(Block.Media.class::isInstance)
        .forEach(media -> part(media, parts));
  }

  private void writeAssistantBlock(Block block, ArrayNode input) {
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
      case Block.ToolCall call ->
          input
              .addObject()
              .put("type", "function_call")
              .put("call_id", ToolNames.callId(call.id()))
              .put("name", names.sanitize(call.name(), MAX_NAME_LENGTH))
              .put("arguments", call.arguments().isBlank() ? "{}" : call.arguments());
      case Block.Thought thought
          when thought.signature() != null && thought.signature().belongsTo("responses") -> {
        ObjectNode item = input.addObject().put("type", "reasoning");
        ArrayNode summary = item.putArray("summary");
        if (!thought.text().isEmpty()) {
          summary.addObject().put("type", "summary_text").put("text", thought.text());
        }
        item.put("encrypted_content", thought.signature().value());
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
      entry
          .put("name", names.sanitize(tool.name(), MAX_NAME_LENGTH))
          .put("description", tool.description());
      entry.set("parameters", JsonFields.objectSchema(tool.schema()));
      entry.put("strict", tool.strict());
    }
    ToolChoice choice = prompt.toolChoice();
    switch (choice.kind()) {
      case AUTO -> {}
      case ANY -> root.put("tool_choice", "required");
      case NONE -> root.put("tool_choice", "none");
      case NAMED -> {
        ObjectNode named = root.putObject("tool_choice").put("type", "function");
        named.put("name", names.sanitize(choice.toolName(), MAX_NAME_LENGTH));
      }
    }
    if (!choice.parallel()) {
      root.put("parallel_tool_calls", false);
    }
  }

  private void settings() {
    GenerationSettings settings = prompt.settings();
    settings.maxTokens().ifPresent(maxTokens -> root.put("max_output_tokens", maxTokens));
    GenerationSettings.Sampling sampling = settings.sampling();
    JsonFields.putIfPresent(root, "temperature", sampling.temperature());
    JsonFields.putIfPresent(root, "top_p", sampling.topP());
    JsonFields.recordLost(losses, "top_k", sampling.topK());
    JsonFields.recordLost(losses, "presence_penalty", sampling.presencePenalty());
    JsonFields.recordLost(losses, "frequency_penalty", sampling.frequencyPenalty());
    JsonFields.recordLost(losses, "seed", sampling.seed());
    if (!settings.stopSequences().isEmpty()) {
      losses.add("stop");
    }
    GenerationSettings.Thinking thinking = settings.thinking();
    if (thinking != null && !thinking.isOff()) {
      root.putObject("reasoning").put("effort", thinking.level()).put("summary", "auto");
      root.putArray("include").add("reasoning.encrypted_content");
    }
    GenerationSettings.Format format = settings.format();
    if (format == null) {
      return;
    }
    ObjectNode requested = root.putObject("text").putObject("format");
    if (format.schema() == null) {
      requested.put("type", "json_object");
    } else {
      requested
          .put("type", "json_schema")
          .put("name", names.sanitize(format.name(), MAX_NAME_LENGTH));
      requested.set("schema", format.schema());
      requested.put("strict", format.strict());
    }
  }
}
