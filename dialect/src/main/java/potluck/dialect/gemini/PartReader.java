package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.Losses;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonTree;

/**
 * Reads parts of contents. Calls without an id get one, and results are matched to calls by id,
 * else by name and order. One instance per request.
 */
final class PartReader {
  private final Losses losses;
  private final Deque<Block.ToolCall> unanswered = new ArrayDeque<>();
  private int calls;

  PartReader(Losses losses) {
    this.losses = losses;
  }

  List<Block> read(JsonNode content) {
    List<Block> blocks = new ArrayList<>();
    JsonNode parts = content.path("parts");
    if (content.isTextual()) {
      blocks.add(new Block.Text(content.textValue()));
    } else if (parts.isObject()) {
      part(parts, blocks);
    }
    for (JsonNode part : parts.isArray() ? parts : JsonTree.array()) {
      part(part, blocks);
    }
    return blocks;
  }

  private void part(JsonNode part, List<Block> blocks) {
    JsonNode call = JsonFields.firstPresent(part, "functionCall", "function_call");
    JsonNode result = JsonFields.firstPresent(part, "functionResponse", "function_response");
    JsonNode inline = JsonFields.firstPresent(part, "inlineData", "inline_data");
    JsonNode file = JsonFields.firstPresent(part, "fileData", "file_data");
    ThoughtSignature signature = signature(part);
    if (call.isObject()) {
      String id = JsonTree.text(call, "id");
      JsonNode args = call.path("args").isObject() ? call.get("args") : JsonTree.object();
      Block.ToolCall block =
          new Block.ToolCall(
              id == null ? "call_" + calls : id,
              JsonTree.textOrEmpty(call, "name"),
              JsonTree.text(args),
              signature);
      calls++;
      unanswered.add(block);
      blocks.add(block);
    } else if (result.isObject()) {
      blocks.add(result(result));
    } else if (inline.isObject()) {
      String type = JsonFields.firstPresent(inline, "mimeType", "mime_type").asText();
      blocks.add(new Block.Media(type, JsonTree.textOrEmpty(inline, "data"), null, name(type)));
    } else if (file.isObject()) {
      String type = JsonFields.firstPresent(file, "mimeType", "mime_type").asText();
      String url = JsonFields.firstPresent(file, "fileUri", "file_uri").asText();
      blocks.add(new Block.Media(type, null, url, name(type)));
    } else if (part.path("text").isTextual()) {
      String text = part.get("text").textValue();
      boolean thought = part.path("thought").asBoolean(false);
      blocks.add(thought ? new Block.Thought(text, signature) : new Block.Text(text));
    } else {
      part.fieldNames().forEachRemaining(field -> losses.add("contents.parts." + field));
    }
  }

  private static @Nullable String name(String type) {
    return type.startsWith("image/") ? null : "document";
  }

  static @Nullable ThoughtSignature signature(JsonNode part) {
    return ThoughtSignature.unpack(
        JsonFields.firstPresent(part, "thoughtSignature", "thought_signature").asText(), "gemini");
  }

  private Block result(JsonNode result) {
    String id = JsonTree.text(result, "id");
    String name = JsonTree.textOrEmpty(result, "name");
    Block.ToolCall answered = null;
    for (Block.ToolCall call : unanswered) {
      if (answered == null && (id != null ? call.id().equals(id) : call.name().equals(name))) {
        answered = call;
      }
    }
    if (answered != null) {
      unanswered.remove(answered);
    }
    String callId = answered != null ? answered.id() : id == null ? "call_" + name : id;
    JsonNode response = result.path("response");
    boolean error = response.size() == 1 && response.has("error");
    JsonNode output =
        error ? response.get("error") : response.size() == 1 ? output(response) : response;
    String text = output.isTextual() ? output.textValue() : JsonTree.text(output);
    List<Block> content = new ArrayList<>(List.of(new Block.Text(text)));
    for (JsonNode part : result.path("parts")) {
      part(part, content);
    }
    return new Block.ToolResult(callId, content, error);
  }

  private static JsonNode output(JsonNode response) {
    JsonNode output = JsonFields.firstPresent(response, "output", "result");
    return output.isMissingNode() ? response : output;
  }
}
