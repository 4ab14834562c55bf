package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import potluck.dialect.model.Block;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Seal;
import potluck.dialect.translate.Fields;
import potluck.dialect.wire.Tree;

/** Reads blocks of content. */
final class Blocks {
  /** Tells the two kinds of thinking apart once they are seals. */
  static final String REDACTED = "redacted:";

  private final Losses losses;

  Blocks(Losses losses) {
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
    String type = Tree.textOrEmpty(block, "type");
    switch (type) {
      case "text" -> {
        if (!Tree.textOrEmpty(block, "text").isEmpty()) {
          blocks.add(new Block.Text(Tree.textOrEmpty(block, "text")));
        }
      }
      case "image" -> media(block.path("source"), null, blocks);
      case "document" -> {
        String title = Tree.text(block, "title");
        media(block.path("source"), title == null ? "document.pdf" : title, blocks);
      }
      case "tool_use" ->
          blocks.add(
              new Block.Call(
                  Tree.textOrEmpty(block, "id"),
                  Tree.textOrEmpty(block, "name"),
                  Tree.text(block.path("input").isObject() ? block.get("input") : Tree.object()),
                  null));
      case "tool_result" ->
          blocks.add(
              new Block.Result(
                  Tree.textOrEmpty(block, "tool_use_id"),
                  read(block.path("content"), where),
                  block.path("is_error").asBoolean(false)));
      case "thinking" ->
          blocks.add(
              new Block.Thought(
                  Tree.textOrEmpty(block, "thinking"),
                  Seal.open(Tree.textOrEmpty(block, "signature"), "anthropic")));
      case "redacted_thinking" ->
          blocks.add(
              new Block.Thought(
                  "", new Seal("anthropic", REDACTED + Tree.textOrEmpty(block, "data"))));
      default -> losses.add(where + "." + type);
    }
  }

  private void media(
      JsonNode source, @org.jspecify.annotations.Nullable String name, List<Block> blocks) {
    String type = Tree.textOrEmpty(source, "media_type");
    switch (Tree.textOrEmpty(source, "type")) {
      case "base64" ->
          blocks.add(new Block.Media(type, Tree.textOrEmpty(source, "data"), null, name));
      case "url" -> blocks.add(new Block.Media(type, null, Tree.textOrEmpty(source, "url"), name));
      case "text" -> blocks.add(new Block.Text(Tree.textOrEmpty(source, "data")));
      case "content" -> blocks.addAll(read(Fields.pick(source, "content"), "document"));
      default -> losses.add("source." + Tree.textOrEmpty(source, "type"));
    }
  }
}
