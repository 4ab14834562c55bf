package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import potluck.dialect.model.Block;
import potluck.dialect.model.Losses;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.wire.JsonTree;

/**
 * Writes turns as messages, by Anthropic's rules: roles alternate and begin with the user, tool
 * results come first, text is never empty, and a final text of the assistant does not end with
 * white space.
 */
final class MessageWriter {
  private static final Set<String> IMAGES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

  private final ToolNames names;
  private final Losses losses;
  private final boolean systemTurns;

  /**
   * @param systemTurns whether the model accepts system text after a turn of the user (since Opus
   *     4.8)
   */
  MessageWriter(ToolNames names, Losses losses, boolean systemTurns) {
    this.names = names;
    this.losses = losses;
    this.systemTurns = systemTurns;
  }

  /** Whether a block is a thought that an Anthropic model signed. */
  static boolean isOwnThought(Block block) {
    return block instanceof Block.Thought thought
        && thought.signature() != null
        && thought.signature().belongsTo("anthropic");
  }

  /**
   * @param systemLine added to the system text; may be empty
   */
  void write(List<Turn> turns, String systemLine, ObjectNode root) {
    List<String> system = new ArrayList<>();
    List<Turn> merged = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.role() == Turn.Role.SYSTEM && merged.isEmpty()) {
        system.add(turn.text());
      } else if (turn.role() == Turn.Role.SYSTEM
          && systemTurns
          && merged.getLast().role() != Turn.Role.ASSISTANT) {
        merge(turn, merged);
      } else if (turn.role() == Turn.Role.SYSTEM) {
        String framed = JsonFields.systemReminder(turn.text());
        merge(new Turn(Turn.Role.USER, List.of(new Block.Text(framed))), merged);
      } else {
        merge(turn, merged);
      }
    }
    system.add(systemLine);
    system.removeIf(String::isBlank);
    if (!system.isEmpty()) {
      root.put("system", String.join("\n\n", system));
    }
    ArrayNode messages = root.putArray("messages");
    if (!merged.isEmpty() && merged.getFirst().role() == Turn.Role.ASSISTANT) {
      messages.addObject().put("role", "user").put("content", "(The conversation goes on.)");
    }
    for (int i = 0; i < merged.size(); i++) {
      ArrayNode content = content(merged.get(i), i == merged.size() - 1);
      if (!content.isEmpty()) {
        String role = merged.get(i).role().name().toLowerCase(Locale.ROOT);
        messages.addObject().put("role", role).set("content", content);
      }
    }
  }

  private static void merge(Turn turn, List<Turn> merged) {
    if (merged.isEmpty() || merged.getLast().role() != turn.role()) {
      merged.add(turn);
      return;
    }
    List<Block> blocks = new ArrayList<>(merged.removeLast().blocks());
    blocks.addAll(turn.blocks());
    merged.add(new Turn(turn.role(), blocks));
  }

  private ArrayNode content(Turn turn, boolean last) {
    ArrayNode content = JsonTree.array();
    turn.blocks().stream().filter(Block.ToolResult.class::isInstance).forEach(b -> add(b, content));
    turn.blocks().stream().filter(MessageWriter::isOwnThought).forEach(b -> add(b, content));
    for (Block block : turn.blocks()) {
      if (block instanceof Block.Thought && !isOwnThought(block)) {
        losses.add("thoughts");
      }
      if (block instanceof Block.Text text && last && turn.role() == Turn.Role.ASSISTANT) {
        add(new Block.Text(text.text().stripTrailing()), content);
      } else if (!(block instanceof Block.ToolResult) && !(block instanceof Block.Thought)) {
        add(block, content);
      }
    }
    return content;
  }

  private void add(Block block, ArrayNode content) {
    switch (block) {
      case Block.Text text when text.text().isBlank() -> {}
      case Block.Text text -> content.addObject().put("type", "text").put("text", text.text());
      case Block.Media media -> media(media, content);
      case Block.ToolCall call ->
          content
              .addObject()
              .put("type", "tool_use")
              .put("id", ToolNames.callId(call.id()))
              .put("name", names.sanitize(call.name(), 128))
              .set("input", JsonFields.parseArguments(call.arguments()));
      case Block.ToolResult result -> {
        ObjectNode entry = content.addObject().put("type", "tool_result");
        entry.put("tool_use_id", ToolNames.callId(result.id()));
        ArrayNode inner = entry.putArray("content");
        result.content().forEach(b -> add(b, inner));
        if (result.isError()) {
          entry.put("is_error", true);
        }
      }
      case Block.Thought thought -> thought(thought, content);
    }
  }

  private static void thought(Block.Thought thought, ArrayNode content) {
    ThoughtSignature signature = thought.signature();
    if (signature == null) {
      return;
    }
    if (signature.value().startsWith(BlockReader.REDACTED_PREFIX)) {
      String data = signature.value().substring(BlockReader.REDACTED_PREFIX.length());
      content.addObject().put("type", "redacted_thinking").put("data", data);
    } else {
      ObjectNode entry = content.addObject().put("type", "thinking");
      entry.put("thinking", thought.text()).put("signature", signature.value());
    }
  }

  private void media(Block.Media media, ArrayNode content) {
    boolean image = media.isImage();
    if (media.detail() != null) {
      losses.add("image.detail");
    }
    if (image && media.base64() != null && !IMAGES.contains(media.mediaType())) {
      losses.add("image." + media.mediaType());
      return;
    }
    if (media.mediaType().startsWith("audio/") || media.mediaType().startsWith("video/")) {
      losses.add(media.mediaType());
      return;
    }
    ObjectNode entry = content.addObject().put("type", image ? "image" : "document");
    ObjectNode source = entry.putObject("source");
    if (media.base64() != null) {
      source.put("type", "base64").put("media_type", media.mediaType()).put("data", media.base64());
    } else {
      source.put("type", "url").put("url", media.url());
    }
  }
}
