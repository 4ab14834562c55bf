package potluck.dialect.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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

/** Writes a request of another dialect as chat completions. */
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

  /** Results come first, one message each; a tool message takes no images, so they follow. */
  private void user(Turn turn, ArrayNode messages) {
    List<Block> rest = new ArrayList<>();
    List<Block> shown = new ArrayList<>();
    for (Block block : turn.blocks()) {
      if (block instanceof Block.Result result) {
        String text = result.text();
        messages
            .addObject()
            .put("role", "tool")
            .put("tool_call_id", Names.id(result.id()))
            .put("content", result.error() && !text.startsWith("Error") ? "Error: " + text : text);
        result.content().stream().filter(b -> b instanceof Block.Media).forEach(shown::add);
      } else {
        rest.add(block);
      }
    }
    shown.addAll(rest);
    if (!shown.isEmpty()) {
      content(shown, messages.addObject().put("role", "user"));
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
      image.put("url", media.address());
      if (media.detail() != null) {
        image.put("detail", media.detail());
      }
    } else if (media.base64() == null) {
      losses.add("document.url");
    } else if (media.type().startsWith("audio/")) {
      parts
          .addObject()
          .put("type", "input_audio")
          .putObject("input_audio")
          .put("data", media.base64())
          .put("format", media.type().substring("audio/".length()));
    } else {
      parts
          .addObject()
          .put("type", "file")
          .putObject("file")
          .put("filename", media.name() == null ? "document.pdf" : media.name())
          .put("file_data", media.address());
    }
  }

  /** Thoughts stay behind, and that is said: nothing in this dialect takes them back. */
  private void assistant(Turn turn, ArrayNode messages) {
    ObjectNode message = Tree.object().put("role", "assistant");
    String text = turn.text();
    ArrayNode calls = Tree.array();
    for (Block block : turn.blocks()) {
      if (block instanceof Block.Call call) {
        ObjectNode entry = calls.addObject().put("id", Names.id(call.id())).put("type", "function");
        entry
            .putObject("function")
            .put("name", names.fit(call.name(), NAME))
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
      function.put("name", names.fit(tool.name(), NAME));
      function.put("description", tool.description());
      function.set("parameters", Fields.schema(tool.schema()));
      if (tool.strict()) {
        function.put("strict", true);
      }
    }
    Choice choice = prompt.choice();
    switch (choice.kind()) {
      case AUTO -> {}
      case ANY -> root.put("tool_choice", "required");
      case NONE -> root.put("tool_choice", "none");
      case NAMED ->
          root.putObject("tool_choice")
              .put("type", "function")
              .putObject("function")
              .put("name", names.fit(choice.name(), NAME));
    }
    if (!choice.parallel()) {
      root.put("parallel_tool_calls", false);
    }
  }

  private void settings() {
    Settings settings = prompt.settings();
    String most = target.quirks().contains("max-tokens") ? "max_tokens" : "max_completion_tokens";
    settings.maxTokens().ifPresent(value -> root.put(most, value));
    Settings.Sampling sampling = settings.sampling();
    Fields.put(root, "temperature", sampling.temperature());
    Fields.put(root, "top_p", sampling.topP());
    Fields.lost(losses, "top_k", sampling.topK());
    Fields.put(root, "presence_penalty", sampling.presence());
    Fields.put(root, "frequency_penalty", sampling.frequency());
    if (sampling.seed() != null) {
      root.put("seed", sampling.seed());
    }
    List<String> stops = Fields.stops(settings.stops(), 4, "stop", losses);
    if (!stops.isEmpty()) {
      ArrayNode array = root.putArray("stop");
      stops.forEach(array::add);
    }
    Settings.Thinking thinking = settings.thinking();
    if (thinking != null && !thinking.off()) {
      if (target.quirks().contains("no-reasoning")) {
        losses.add("thinking");
      } else {
        root.put("reasoning_effort", thinking.level());
      }
    }
    Settings.Format format = settings.format();
    if (format == null) {
      return;
    }
    ObjectNode wanted = root.putObject("response_format");
    if (format.schema() == null) {
      wanted.put("type", "json_object");
      return;
    }
    wanted.put("type", "json_schema");
    ObjectNode schema = wanted.putObject("json_schema");
    schema.put("name", names.fit(format.name(), NAME));
    schema.set("schema", format.schema());
    schema.put("strict", format.strict());
  }
}
