package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.SignatureCache;
import potluck.dialect.model.Block;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.wire.JsonTree;

/** Writes turns as contents; the results of parallel calls become one content. */
final class ContentWriter {
  /**
   * Skips the check of Gemini 3, which rejects the first call of a step without its signature.
   * Source: Gemini API, "Thought signatures".
   */
  private static final String SKIP_VALIDATION = "skip_thought_signature_validator";

  private final Prompt prompt;
  private final ToolNames names;
  private final Losses losses;
  private final SignatureCache signatures;
  private @Nullable ArrayNode parts;
  private String role = "";

  ContentWriter(Prompt prompt, ToolNames names, Losses losses, SignatureCache signatures) {
    this.prompt = prompt;
    this.names = names;
    this.losses = losses;
    this.signatures = signatures;
  }

  void write(ObjectNode root) {
    List<String> system = new ArrayList<>();
    ArrayNode contents = JsonTree.array();
    for (Turn turn : prompt.turns()) {
      switch (turn.role()) {
        case SYSTEM -> {
          if (contents.isEmpty()) {
            system.add(turn.text());
          } else {
            String framed = JsonFields.systemReminder(turn.text());
            parts("user", contents).addObject().put("text", framed);
          }
        }
        case USER -> user(turn, parts("user", contents));
        case ASSISTANT -> assistant(turn, parts("model", contents));
      }
    }
    system.removeIf(String::isBlank);
    if (!system.isEmpty()) {
      ArrayNode lines = root.putObject("systemInstruction").putArray("parts");
      system.forEach(text -> lines.addObject().put("text", text));
    }
    for (int i = contents.size() - 1; i >= 0; i--) {
      if (contents.get(i).path("parts").isEmpty()) {
        contents.remove(i);
      }
    }
    root.set("contents", contents);
  }

  private ArrayNode parts(String nextRole, ArrayNode contents) {
    if (parts == null || !role.equals(nextRole)) {
      role = nextRole;
      parts = contents.addObject().put("role", nextRole).putArray("parts");
    }
    return parts;
  }

  private void user(Turn turn, ArrayNode into) {
    for (Block block : turn.blocks()) {
      if (block instanceof Block.ToolResult result) {
        result(result, into);
      }
    }
    for (Block block : turn.blocks()) {
      switch (block) {
        case Block.ToolResult result ->
            result.content().stream()
                .filter(Block.Media.class::isInstance)
                .forEach(b -> textOrMedia(b, into));
        default -> textOrMedia(block, into);
      }
    }
  }

  /**
   * Writes a tool result. The output stays text: parsed, it might contain keys that Gemini rejects.
   */
  private void result(Block.ToolResult result, ArrayNode into) {
    ObjectNode response = into.addObject().putObject("functionResponse");
    response.put("id", ToolNames.callId(result.id()));
    response.put("name", names.sanitize(prompt.toolNameOf(result.id()), 64));
    response.putObject("response").put(result.isError() ? "error" : "output", result.text());
  }

  private void assistant(Turn turn, ArrayNode into) {
    ThoughtSignature pending = null;
    boolean first = true;
    for (Block block : turn.blocks()) {
      if (block instanceof Block.Thought thought) {
        if (isOwn(thought.signature())) {
          pending = thought.signature();
        } else {
          losses.add("thoughts");
        }
      } else if (block instanceof Block.ToolCall call) {
        ObjectNode part = into.addObject();
        ObjectNode function = part.putObject("functionCall").put("id", ToolNames.callId(call.id()));
        function.put("name", names.sanitize(call.name(), 64));
        function.set("args", JsonFields.parseArguments(call.arguments()));
        String signature = signature(call, pending);
        if (signature != null || first) {
          part.put("thoughtSignature", signature == null ? SKIP_VALIDATION : signature);
        }
        pending = null;
        first = false;
      } else {
        textOrMedia(block, into);
      }
    }
  }

  private @Nullable String signature(Block.ToolCall call, @Nullable ThoughtSignature pending) {
    ThoughtSignature signature = isOwn(call.signature()) ? call.signature() : pending;
    return signature != null ? signature.value() : signatures.find(call.id());
  }

  /** Removes signatures that were packed for another dialect from a request. */
  static byte[] dropForeignSignatures(byte[] body) {
    JsonNode root = JsonTree.read(body);
    for (JsonNode content : root.path("contents")) {
      boolean first = true;
      for (JsonNode part : content.path("parts")) {
        boolean call =
            !JsonFields.firstPresent(part, "functionCall", "function_call").isMissingNode();
        String signature =
            JsonFields.firstPresent(part, "thoughtSignature", "thought_signature").asText();
        if (part instanceof ObjectNode object && ThoughtSignature.isPacked(signature)) {
          object.remove(List.of("thoughtSignature", "thought_signature"));
          if (call && first) {
            object.put("thoughtSignature", SKIP_VALIDATION);
          }
        }
        first &= !call;
      }
    }
    return JsonTree.bytes(root);
  }

  private static boolean isOwn(@Nullable ThoughtSignature signature) {
    return signature != null && signature.belongsTo("gemini");
  }

  private void textOrMedia(Block block, ArrayNode into) {
    if (block instanceof Block.Text text && !text.text().isEmpty()) {
      into.addObject().put("text", text.text());
    } else if (block instanceof Block.Media media) {
      media(media, into);
    }
  }

  /** Writes media. URLs are fetched by Gemini: the server fetches nothing on behalf of a caller. */
  private void media(Block.Media media, ArrayNode into) {
    if (media.detail() != null) {
      losses.add("image.detail");
    }
    if (media.base64() != null) {
      ObjectNode data = into.addObject().putObject("inlineData");
      data.put("mimeType", media.mediaType()).put("data", media.base64());
    } else if (media.url() != null) {
      ObjectNode data = into.addObject().putObject("fileData");
      data.put("mimeType", media.mediaType().isEmpty() ? "image/jpeg" : media.mediaType());
      data.put("fileUri", media.url());
    } else {
      losses.add("media");
    }
  }
}
