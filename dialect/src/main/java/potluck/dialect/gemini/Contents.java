package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Keepsakes;
import potluck.dialect.model.Block;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Turn;
import potluck.dialect.translate.Fields;
import potluck.dialect.translate.Names;
import potluck.dialect.wire.Tree;

/** Writes turns as contents; all results of one step go into one of them. */
final class Contents {
  /**
   * Gemini 3 refuses the first call of a step without its signature; this value skips the check.
   * Source: Gemini API, "Thought signatures".
   */
  private static final String SKIP = "skip_thought_signature_validator";

  private final Prompt prompt;
  private final Names names;
  private final Losses losses;
  private final Keepsakes seals;
  private @Nullable ArrayNode parts;
  private String role = "";

  Contents(Prompt prompt, Names names, Losses losses, Keepsakes seals) {
    this.prompt = prompt;
    this.names = names;
    this.losses = losses;
    this.seals = seals;
  }

  void write(ObjectNode root) {
    List<String> system = new ArrayList<>();
    ArrayNode contents = Tree.array();
    for (Turn turn : prompt.turns()) {
      switch (turn.role()) {
        case SYSTEM -> {
          if (contents.isEmpty()) {
            system.add(turn.text());
          } else {
            String framed = "<system-reminder>\n" + turn.text() + "\n</system-reminder>";
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

  private ArrayNode parts(String wanted, ArrayNode contents) {
    if (parts == null || !role.equals(wanted)) {
      role = wanted;
      parts = contents.addObject().put("role", wanted).putArray("parts");
    }
    return parts;
  }

  private void user(Turn turn, ArrayNode into) {
    for (Block block : turn.blocks()) {
      if (block instanceof Block.Result result) {
        result(result, into);
      }
    }
    for (Block block : turn.blocks()) {
      switch (block) {
        case Block.Result result ->
            result.content().stream()
                .filter(Block.Media.class::isInstance)
                .forEach(b -> plain(b, into));
        default -> plain(block, into);
      }
    }
  }

  /** The output is text and stays text: parsed, it might have keys that Gemini refuses. */
  private void result(Block.Result result, ArrayNode into) {
    ObjectNode response = into.addObject().putObject("functionResponse");
    response.put("id", Names.id(result.id()));
    response.put("name", names.fit(prompt.nameOf(result.id()), 64));
    response.putObject("response").put(result.error() ? "error" : "output", result.text());
  }

  private void assistant(Turn turn, ArrayNode into) {
    Seal waiting = null;
    boolean first = true;
    for (Block block : turn.blocks()) {
      if (block instanceof Block.Thought thought) {
        if (own(thought.seal())) {
          waiting = thought.seal();
        } else {
          losses.add("thoughts");
        }
      } else if (block instanceof Block.Call call) {
        ObjectNode part = into.addObject();
        ObjectNode function = part.putObject("functionCall").put("id", Names.id(call.id()));
        function.put("name", names.fit(call.name(), 64));
        function.set("args", Fields.arguments(call.arguments()));
        String signature = signature(call, waiting);
        if (signature != null || first) {
          part.put("thoughtSignature", signature == null ? SKIP : signature);
        }
        waiting = null;
        first = false;
      } else {
        plain(block, into);
      }
    }
  }

  private @Nullable String signature(Block.Call call, @Nullable Seal waiting) {
    Seal seal = own(call.seal()) ? call.seal() : waiting;
    return seal != null ? seal.value() : seals.find(call.id());
  }

  /** A request without the seals that we packed for another dialect's model. */
  static byte[] ownSealsOnly(byte[] body) {
    JsonNode root = Tree.read(body);
    for (JsonNode content : root.path("contents")) {
      boolean first = true;
      for (JsonNode part : content.path("parts")) {
        boolean call = !Fields.pick(part, "functionCall", "function_call").isMissingNode();
        String seal = Fields.pick(part, "thoughtSignature", "thought_signature").asText();
        if (part instanceof ObjectNode object && Seal.isPacked(seal)) {
          object.remove(List.of("thoughtSignature", "thought_signature"));
          if (call && first) {
            object.put("thoughtSignature", SKIP);
          }
        }
        first &= !call;
      }
    }
    return Tree.bytes(root);
  }

  private static boolean own(@Nullable Seal seal) {
    return seal != null && seal.belongsTo("gemini");
  }

  private void plain(Block block, ArrayNode into) {
    if (block instanceof Block.Text text && !text.text().isEmpty()) {
      into.addObject().put("text", text.text());
    } else if (block instanceof Block.Media media) {
      media(media, into);
    }
  }

  /** Addresses are for Gemini to fetch: the house fetches nothing on behalf of a caller. */
  private void media(Block.Media media, ArrayNode into) {
    if (media.detail() != null) {
      losses.add("image.detail");
    }
    if (media.base64() != null) {
      ObjectNode data = into.addObject().putObject("inlineData");
      data.put("mimeType", media.type()).put("data", media.base64());
    } else if (media.url() != null) {
      ObjectNode data = into.addObject().putObject("fileData");
      data.put("mimeType", media.type().isEmpty() ? "image/jpeg" : media.type());
      data.put("fileUri", media.url());
    } else {
      losses.add("media");
    }
  }
}
