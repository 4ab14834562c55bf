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
import potluck.dialect.translate.Fields;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Tree;

/**
 * The tools of a request as functions, and the way back: functions in a namespace (Codex's MCP
 * servers) get names that hold it, and free-form tools ({@code apply_patch}) become functions of
 * one text. What only OpenAI runs is left out. Immutable once made.
 */
final class Toolbox {
  /** The one argument of a free-form tool. */
  static final String INPUT = "input";

  private final List<Tool> tools = new ArrayList<>();
  private final Map<String, Origin> origins = new HashMap<>();

  /**
   * What a function was before.
   *
   * @param namespace null where it had none
   * @param custom whether it takes free text
   */
  record Origin(@Nullable String namespace, String name, boolean custom) {}

  Toolbox(JsonNode listed, Losses losses) {
    int i = 0;
    for (JsonNode tool : listed) {
      if (Tree.textOrEmpty(tool, "type").equals("namespace")) {
        String namespace = Tree.textOrEmpty(tool, "name");
        for (JsonNode inner : tool.path("tools")) {
          add(inner, namespace, "tools[" + i + "]", losses);
        }
      } else {
        add(tool, null, "tools[" + i + "]", losses);
      }
      i++;
    }
  }

  /** The tools of a request body, of which nothing else is read. */
  static Toolbox of(byte[] body) {
    Span listed = Peek.find(body, new Span(0, body.length), "tools");
    return new Toolbox(
        listed == null ? Tree.array() : Tree.readOrMissing(body, listed.from(), listed.to()),
        new Losses());
  }

  private void add(JsonNode tool, @Nullable String namespace, String where, Losses losses) {
    String name = Tree.textOrEmpty(tool, "name");
    String qualified = qualified(namespace, name);
    String description = Tree.textOrEmpty(tool, "description");
    switch (Tree.textOrEmpty(tool, "type")) {
      case "function" ->
          tools.add(
              new Tool(
                  qualified,
                  description,
                  Fields.schema(tool.path("parameters")),
                  tool.path("strict").asBoolean(false)));
      case "custom" -> {
        if (!Tree.textOrEmpty(tool.path("format"), "type").equals("grammar")) {
          tools.add(new Tool(qualified, description, freeText(""), false));
        } else {
          String grammar = Tree.textOrEmpty(tool.path("format"), "definition");
          tools.add(new Tool(qualified, description, freeText(grammar), false));
        }
      }
      default -> {
        losses.add(where);
        return;
      }
    }
    boolean custom = Tree.textOrEmpty(tool, "type").equals("custom");
    origins.put(qualified, new Origin(namespace, name, custom));
  }

  private static ObjectNode freeText(String grammar) {
    ObjectNode schema = Tree.object().put("type", "object");
    ObjectNode input = schema.putObject("properties").putObject(INPUT).put("type", "string");
    if (!grammar.isEmpty()) {
      input.put("description", "Text that follows this grammar:\n" + grammar);
    }
    schema.putArray("required").add(INPUT);
    return schema;
  }

  /** The name of a function outside its namespace. */
  static String qualified(@Nullable String namespace, String name) {
    if (namespace == null || namespace.isEmpty()) {
      return name;
    }
    return namespace.endsWith("__") ? namespace + name : namespace + "__" + name;
  }

  List<Tool> tools() {
    return tools;
  }

  /** What a function was before; itself where it is none of these. */
  Origin origin(String name) {
    return origins.getOrDefault(name, new Origin(null, name, false));
  }

  /** The free text in the arguments of a call, or the arguments as they are. */
  static String input(String arguments) {
    String text = Tree.text(Tree.readOrMissing(arguments), INPUT);
    return text == null ? arguments : text;
  }
}
