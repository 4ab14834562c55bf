package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Losses;
import potluck.dialect.wire.JsonTree;

/** Reads and writes the fields that requests of all dialects have in some form. */
public final class JsonFields {
  private JsonFields() {}

  /** Records the members of an object that nobody here understands. */
  public static void recordLost(JsonNode object, Set<String> known, String prefix, Losses losses) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      boolean says = !field.getValue().isNull();
      if (says && !known.contains(field.getKey())) {
        losses.add(prefix + field.getKey());
      }
    }
  }

  /** A member under its first name that is there: dialects rename, and Gemini takes snake_case. */
  public static JsonNode firstPresent(JsonNode object, String... names) {
    for (String name : names) {
      if (object.hasNonNull(name)) {
        return object.get(name);
      }
    }
    return MissingNode.getInstance();
  }

  public static @Nullable Double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : null;
  }

  /** A whole number; null where it is something else. */
  public static @Nullable Long wholeNumber(JsonNode node) {
    return node.isNumber() && node.canConvertToLong() ? node.longValue() : null;
  }

  public static OptionalLong countOrEmpty(JsonNode node) {
    return node.canConvertToLong() && node.isNumber()
        ? OptionalLong.of(node.longValue())
        : OptionalLong.empty();
  }

  /** A text, or a list of texts. */
  public static List<String> strings(JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    for (JsonNode element : node) {
      if (element.isTextual()) {
        texts.add(element.textValue());
      }
    }
    return texts;
  }

  /** The first few stops; the rest is lost. */
  public static List<String> limitStopSequences(
      List<String> stops, int most, String name, Losses losses) {
    if (stops.size() <= most) {
      return stops;
    }
    losses.add(name + "[" + most + "]");
    return stops.subList(0, most);
  }

  public static void putIfPresent(ObjectNode object, String name, @Nullable Double value) {
    if (value != null) {
      object.put(name, value);
    }
  }

  /** Records settings of the draw that a dialect has no word for. */
  public static void recordLost(Losses losses, String name, @Nullable Number value) {
    if (value != null) {
      losses.add(name);
    }
  }

  /** The arguments of a call; an empty object where they are no JSON object. */
  public static JsonNode parseArguments(String text) {
    JsonNode node = JsonTree.readOrMissing(text);
    return node.isObject() ? node : JsonTree.object();
  }

  /** A schema of an object, with what some servers insist on. */
  public static ObjectNode objectSchema(JsonNode schema) {
    ObjectNode copy = schema.isObject() ? ((ObjectNode) schema).deepCopy() : JsonTree.object();
    if (!copy.has("type")) {
      copy.put("type", "object");
    }
    if (!copy.has("properties")) {
      copy.putObject("properties");
    }
    return copy;
  }
}
