package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.Losses;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonTree;

/** Reads blocks of content. */
final class BlockReader {
  /**
   * Distinguishes redacted thinking from signed thinking in the value of a {@link
   * ThoughtSignature}.
   */
  static final String REDACTED_PREFIX = "redacted:";

  private final Losses losses;

  BlockReader(Losses losses) {
    this.losses = losses;
  }

  List<Block> read(JsonNode content, String where) {
    List<Block> blocks = new ArrayList<>();
    if (content.isTextual() && !content.textValue().isEmpty()) {
      blocks.add(new Block.Text(content.textValue()));
    }
    for (JsonNode block : content) {
      if (block.hasNonNull("cache_control")) {
        losses.add(where + ".cache_control");
      }
      block(block, where, blocks);
    }
    return blocks;
  }

  private void block(JsonNode block, String where, List<Block> blocks) {
    String type = JsonTree.textOrEmpty(block, "type");
    switch (type) {
      case "text" -> {
        if (!JsonTree.textOrEmpty(block, "text").isEmpty()) {
          blocks.add(new Block.Text(JsonTree.textOrEmpty(block, "text")));
        }
      }
      case "image" -> media(block.path("source"), null, blocks);
      case "document" -> {
        String title = JsonTree.text(block, "title");
        media(block.path("source"), title == null ? "document.pdf" : title, blocks);
      }
      case "tool_use" ->
          blocks.add(
              new Block.ToolCall(
                  JsonTree.textOrEmpty(block, "id"),
                  JsonTree.textOrEmpty(block, "name"),
                  JsonTree.text(
                      block.path("input").isObject() ? block.get("input") : JsonTree.object()),
                  null));
      case "tool_result" ->
          blocks.add(
              new Block.ToolResult(
                  JsonTree.textOrEmpty(block, "tool_use_id"),
                  read(block.path("content"), where),
                  block.path("is_error").asBoolean(false)));
      case "thinking" ->
          blocks.add(
              new Block.Thought(
                  JsonTree.textOrEmpty(block, "thinking"),
                  ThoughtSignature.unpack(JsonTree.textOrEmpty(block, "signature"), "anthropic")));
      case "redacted_thinking" ->
          blocks.add(
              new Block.Thought(
                  "",
                  new ThoughtSignature(
                      "anthropic", REDACTED_PREFIX + JsonTree.textOrEmpty(block, "data"))));
      default -> losses.add(where + "." + type);
    }
  }

  private void media(JsonNode source, @Nullable String name, List<Block> blocks) {
    String type = JsonTree.textOrEmpty(source, "media_type");
    switch (JsonTree.textOrEmpty(source, "type")) {
      case "base64" ->
          blocks.add(new Block.Media(type, JsonTree.textOrEmpty(source, "data"), null, name));
      case "url" ->
          blocks.add(new Block.Media(type, null, JsonTree.textOrEmpty(source, "url"), name));
      case "text" -> blocks.add(new Block.Text(JsonTree.textOrEmpty(source, "data")));
      case "content" -> blocks.addAll(read(JsonFields.firstPresent(source, "content"), "document"));
      default -> losses.add("source." + JsonTree.textOrEmpty(source, "type"));
    }
  }
}
