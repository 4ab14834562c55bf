package potluck.dialect.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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

/** Writes a prompt as a chat completions request. */
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
    root.put("model", target.model());
    ArrayNode messages = root.putArray("messages");
    for (Turn turn : prompt.turns()) {
      switch (turn.role()) {
        case SYSTEM -> messages.addObject().put("role", "system").put("content", turn.text());
        case USER -> user(turn, messages);
        case ASSISTANT -> assistant(turn, messages);
      }
    }
    tools();
    settings();
    if (ask.stream()) {
      root.put("stream", true);
      if (!target.quirks().contains("no-stream-options")) {
        root.putObject("stream_options").put("include_usage", true);
      }
    }
    return root;
  }

  /**
   * Writes tool results first, one message each. Tool messages accept no images, so these follow in
   * a user message.
   */
  private void user(Turn turn, ArrayNode messages) {
    List<Block> rest = new ArrayList<>();
    List<Block> content = new ArrayList<>();
    for (Block block : turn.blocks()) {
      if (block instanceof Block.ToolResult result) {
        messages
            .addObject()
            .put("role", "tool")
            .put("tool_call_id", ToolNames.callId(result.id()))
            .put("content", result.textWithErrorMark());
        result.content().stream().filter(b -> b instanceof Block.Media).forEach(content::add);
      } else {
        rest.add(block);
      }
    }
    content.addAll(rest);
    if (!content.isEmpty()) {
      content(content, messages.addObject().put("role", "user"));
    }
  }

  private void content(List<Block> blocks, ObjectNode message) {
    if (blocks.size() == 1 && blocks.getFirst() instanceof Block.Text text) {
      message.put("content", text.text());
      return;
    }
    ArrayNode parts = message.putArray("content");
    for (Block block : blocks) {
      if (block instanceof Block.Text text && !text.text().isEmpty()) {
        parts.addObject().put("type", "text").put("text", text.text());
      } else if (block instanceof Block.Media media) {
        media(media, parts);
      }
    }
  }

  private void media(Block.Media media, ArrayNode parts) {
    if (media.isImage()) {
      ObjectNode image = parts.addObject().put("type", "image_url").putObject("image_url");
      image.put("url", media.urlOrDataUrl());
      if (media.detail() != null) {
        image.put("detail", media.detail());
      }
    } else if (media.base64() == null) {
      losses.add("document.url");
    } else if (media.mediaType().startsWith("audio/")) {
      parts
          .addObject()
          .put("type", "input_audio")
          .putObject("input_audio")
          .put("data", media.base64())
          .put("format", media.mediaType().substring("audio/".length()));
    } else {
      parts
          .addObject()
          .put("type", "file")
          .putObject("file")
          .put("filename", media.name() == null ? "document.pdf" : media.name())
          .put("file_data", media.urlOrDataUrl());
    }
  }

  /**
   * Writes text and calls. Thoughts are recorded as lost, because this dialect does not accept them
   * back.
   */
  private void assistant(Turn turn, ArrayNode messages) {
    ObjectNode message = JsonTree.object().put("role", "assistant");
    String text = turn.text();
    ArrayNode calls = JsonTree.array();
    for (Block block : turn.blocks()) {
      if (block instanceof Block.ToolCall call) {
        ObjectNode entry =
            calls.addObject().put("id", ToolNames.callId(call.id())).put("type", "function");
        entry
            .putObject("function")
            .put("name", names.sanitize(call.name(), MAX_NAME_LENGTH))
            .put("arguments", call.arguments().isBlank() ? "{}" : call.arguments());
      } else if (block instanceof Block.Thought) {
        losses.add("thoughts");
      }
    }
    if (text.isEmpty() && calls.isEmpty()) {
      return;
    }
    message.put("content", text.isEmpty() ? null : text);
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    messages.add(message);
  }

  private void tools() {
    if (prompt.tools().isEmpty()) {
      return;
    }
    ArrayNode tools = root.putArray("tools");
    for (Tool tool : prompt.tools()) {
      ObjectNode function = tools.addObject().put("type", "function").putObject("function");
      function.put("name", names.sanitize(tool.name(), MAX_NAME_LENGTH));
      function.put("description", tool.description());
      function.set("parameters", JsonFields.objectSchema(tool.schema()));
      if (tool.strict()) {
        function.put("strict", true);
      }
    }
    ToolChoice choice = prompt.toolChoice();
    switch (choice.kind()) {
      case AUTO -> {}
      case ANY -> root.put("tool_choice", "required");
      case NONE -> root.put("tool_choice", "none");
      case NAMED ->
          root.putObject("tool_choice")
              .put("type", "function")
              .putObject("function")
              .put("name", names.sanitize(choice.toolName(), MAX_NAME_LENGTH));
    }
    if (!choice.parallel()) {
      root.put("parallel_tool_calls", false);
    }
  }

  private void settings() {
    GenerationSettings settings = prompt.settings();
    String field = target.quirks().contains("max-tokens") ? "max_tokens" : "max_completion_tokens";
    settings.maxTokens().ifPresent(value -> root.put(field, value));
    GenerationSettings.Sampling sampling = settings.sampling();
    JsonFields.putIfPresent(root, "temperature", sampling.temperature());
    JsonFields.putIfPresent(root, "top_p", sampling.topP());
    JsonFields.recordLost(losses, "top_k", sampling.topK());
    JsonFields.putIfPresent(root, "presence_penalty", sampling.presencePenalty());
    JsonFields.putIfPresent(root, "frequency_penalty", sampling.frequencyPenalty());
    if (sampling.seed() != null) {
      root.put("seed", sampling.seed());
    }
    List<String> stops = JsonFields.limitStopSequences(settings.stopSequences(), 4, "stop", losses);
    if (!stops.isEmpty()) {
      ArrayNode array = root.putArray("stop");
      stops.forEach(array::add);
    }
    GenerationSettings.Thinking thinking = settings.thinking();
    if (thinking != null && !thinking.isOff()) {
      if (target.quirks().contains("no-reasoning")) {
        losses.add("thinking");
      } else {
        root.put("reasoning_effort", thinking.level());
      }
    }
    GenerationSettings.Format format = settings.format();
    if (format == null) {
      return;
    }
    ObjectNode requested = root.putObject("response_format");
    if (format.schema() == null) {
      requested.put("type", "json_object");
      return;
    }
    requested.put("type", "json_schema");
    ObjectNode schema = requested.putObject("json_schema");
    schema.put("name", names.sanitize(format.name(), MAX_NAME_LENGTH));
    schema.set("schema", format.schema());
    schema.put("strict", format.strict());
  }
}
