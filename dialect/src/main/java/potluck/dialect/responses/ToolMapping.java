package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Tool;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;

/**
 * Maps the tools of a request to functions, and back. Functions in a namespace (Codex's MCP
 * servers) get names that contain it, and free-form tools ({@code apply_patch}) become functions
 * with one text argument. Tools that only OpenAI can run are recorded as lost. Immutable.
 */
final class ToolMapping {
  /** The only argument of a free-form tool. */
  static final String FREE_TEXT_ARGUMENT = "input";

  private final List<Tool> tools = new ArrayList<>();
  private final Map<String, OriginalTool> originals = new HashMap<>();

  /**
   * A tool as it is in the request.
   *
   * @param namespace null if it has none
   * @param custom whether it takes free text
   */
  record OriginalTool(@Nullable String namespace, String name, boolean custom) {}

  ToolMapping(JsonNode listed, Losses losses) {
    int i = 0;
    for (JsonNode tool : listed) {
      if (JsonTree.textOrEmpty(tool, "type").equals("namespace")) {
        String namespace = JsonTree.textOrEmpty(tool, "name");
        for (JsonNode inner : tool.path("tools")) {
          add(inner, namespace, "tools[" + i + "]", losses);
        }
      } else {
        add(tool, null, "tools[" + i + "]", losses);
      }
      i++;
    }
  }

  /** Reads only the tools of a request body. */
  static ToolMapping of(byte[] body) {
    Span listed = JsonScanner.find(body, new Span(0, body.length), "tools");
    return new ToolMapping(
        listed == null
            ? JsonTree.array()
            : JsonTree.readOrMissing(body, listed.from(), listed.to()),
        new Losses());
  }

  private void add(JsonNode tool, @Nullable String namespace, String where, Losses losses) {
    String name = JsonTree.textOrEmpty(tool, "name");
    String qualified = qualified(namespace, name);
    String description = JsonTree.textOrEmpty(tool, "description");
    switch (JsonTree.textOrEmpty(tool, "type")) {
      case "function" ->
          tools.add(
              new Tool(
                  qualified,
                  description,
                  JsonFields.objectSchema(tool.path("parameters")),
                  tool.path("strict").asBoolean(false)));
      case "custom" -> {
        if (!JsonTree.textOrEmpty(tool.path("format"), "type").equals("grammar")) {
          tools.add(new Tool(qualified, description, freeTextSchema(""), false));
        } else {
          String grammar = JsonTree.textOrEmpty(tool.path("format"), "definition");
          tools.add(new Tool(qualified, description, freeTextSchema(grammar), false));
        }
      }
      default -> {
        losses.add(where);
        return;
      }
    }
    boolean custom = JsonTree.textOrEmpty(tool, "type").equals("custom");
    originals.put(qualified, new OriginalTool(namespace, name, custom));
  }

  private static ObjectNode freeTextSchema(String grammar) {
    ObjectNode schema = JsonTree.object().put("type", "object");
    ObjectNode input =
        schema.putObject("properties").putObject(FREE_TEXT_ARGUMENT).put("type", "string");
    if (!grammar.isEmpty()) {
      input.put("description", "Text that follows this grammar:\n" + grammar);
    }
    schema.putArray("required").add(FREE_TEXT_ARGUMENT);
    return schema;
  }

  /** The name of a function with its namespace. */
  static String qualified(@Nullable String namespace, String name) {
    if (namespace == null || namespace.isEmpty()) {
      return name;
    }
    return namespace.endsWith("__") ? namespace + name : namespace + "__" + name;
  }

  List<Tool> tools() {
    return tools;
  }

  /** The tool that became a function with this name; a plain function if no tool did. */
  OriginalTool original(String name) {
    return originals.getOrDefault(name, new OriginalTool(null, name, false));
  }

  /**
   * The free text in the arguments of a call; the arguments themselves if they hold no free text.
   */
  static String freeTextOf(String arguments) {
    String text = JsonTree.text(JsonTree.readOrMissing(arguments), FREE_TEXT_ARGUMENT);
    return text == null ? arguments : text;
  }
}
