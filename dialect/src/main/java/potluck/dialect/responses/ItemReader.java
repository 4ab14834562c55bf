package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import potluck.dialect.model.Block;
import potluck.dialect.model.Losses;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.Turn;
import potluck.dialect.wire.JsonTree;

/**
 * Reads input items as turns. Consecutive items of the assistant become one turn, and so do
 * consecutive tool results.
 */
final class ItemReader {
  private final Losses losses;

  ItemReader(Losses losses) {
    this.losses = losses;
  }

  /** Removes reasoning that was packed for another dialect from a request. */
  static byte[] dropForeignSignatures(byte[] body) {
    JsonNode root = JsonTree.read(body);
    if (root.path("input") instanceof ArrayNode input) {
      input.removeIf(
          item -> ThoughtSignature.isPacked(JsonTree.textOrEmpty(item, "encrypted_content")));
    }
    return JsonTree.bytes(root);
  }

  void read(JsonNode input, List<Turn> turns) {
    if (input.isTextual()) {
      turns.add(new Turn(Turn.Role.USER, List.of(new Block.Text(input.textValue()))));
    }
    for (JsonNode item : input) {
      String type = item.has("type") ? JsonTree.textOrEmpty(item, "type") : "message";
      switch (type) {
        case "message" -> message(item, turns);
        case "function_call" ->
            add(Turn.Role.ASSISTANT, call(item, JsonTree.textOrEmpty(item, "arguments")), turns);
        case "custom_tool_call" -> {
          String arguments =
              JsonTree.text(
                  JsonTree.object()
                      .put(ToolMapping.FREE_TEXT_ARGUMENT, JsonTree.textOrEmpty(item, "input")));
          add(Turn.Role.ASSISTANT, call(item, arguments), turns);
        }
        case "function_call_output", "custom_tool_call_output" -> {
          List<Block> content = new ArrayList<>();
          content(item.path("output"), content);
          String id = JsonTree.textOrEmpty(item, "call_id");
          add(Turn.Role.USER, new Block.ToolResult(id, content, false), turns);
        }
        case "reasoning" -> add(Turn.Role.ASSISTANT, thought(item), turns);
        default -> losses.add("input." + type);
      }
    }
  }

  private void message(JsonNode item, List<Turn> turns) {
    List<Block> blocks = new ArrayList<>();
    content(item.path("content"), blocks);
    switch (JsonTree.textOrEmpty(item, "role")) {
      case "system", "developer" -> turns.add(new Turn(Turn.Role.SYSTEM, blocks));
      case "assistant" -> blocks.forEach(block -> add(Turn.Role.ASSISTANT, block, turns));
      default -> turns.add(new Turn(Turn.Role.USER, blocks));
    }
  }

  private static Block call(JsonNode item, String arguments) {
    String id = JsonTree.textOrEmpty(item, "call_id");
    String name =
        ToolMapping.qualified(JsonTree.text(item, "namespace"), JsonTree.textOrEmpty(item, "name"));
    return new Block.ToolCall(id, name, arguments, null);
  }

  private static Block thought(JsonNode item) {
    StringBuilder text = new StringBuilder();
    for (JsonNode part : item.path("summary")) {
      text.append(JsonTree.textOrEmpty(part, "text"));
    }
    String encrypted = JsonTree.textOrEmpty(item, "encrypted_content");
    return new Block.Thought(text.toString(), ThoughtSignature.unpack(encrypted, "responses"));
  }

  /**
   * Adds a block to the last turn if it belongs to it. A message of the user always starts a new
   * turn.
   */
  private static void add(Turn.Role role, Block block, List<Turn> turns) {
    boolean joins = !turns.isEmpty() && turns.getLast().role() == role;
    if (joins && role == Turn.Role.USER) {
      joins = turns.getLast().blocks().stream().allMatch(b -> b instanceof Block.ToolResult);
    }
    List<Block> blocks = new ArrayList<>();
    if (joins) {
      blocks.addAll(turns.removeLast().blocks());
    }
    blocks.add(block);
    turns.add(new Turn(role, blocks));
  }

  private void content(JsonNode content, List<Block> blocks) {
    if (content.isTextual()) {
      blocks.add(new Block.Text(content.textValue()));
    }
    for (JsonNode part : content) {
      switch (JsonTree.textOrEmpty(part, "type")) {
        case "input_text", "output_text", "text" ->
            blocks.add(new Block.Text(JsonTree.textOrEmpty(part, "text")));
        case "refusal" -> blocks.add(new Block.Text(JsonTree.textOrEmpty(part, "refusal")));
        case "input_image" -> {
          String url = JsonTree.text(part, "image_url");
          if (url == null) {
            losses.add("input.file_id");
          } else {
            blocks.add(Block.Media.fromUrl(url, "", null).detail(JsonTree.text(part, "detail")));
          }
        }
        case "input_file" -> file(part, blocks);
        default -> losses.add("input." + JsonTree.textOrEmpty(part, "type"));
      }
    }
  }

  private void file(JsonNode part, List<Block> blocks) {
    String data = JsonTree.text(part, "file_data");
    String url = JsonTree.text(part, "file_url");
    String name = JsonTree.text(part, "filename");
    if (data == null && url == null) {
      losses.add("input.file_id");
      return;
    }
    String address = data != null ? data : url;
    blocks.add(
        Block.Media.fromUrl(
            address == null ? "" : address, "application/pdf", name == null ? "file" : name));
  }
}
