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

/** Reads and writes fields that requests of all dialects have in some form. Stateless. */
public final class JsonFields {
  private JsonFields() {}

  /** Records the members of an object that are not known, unless they are null. */
  public static void recordLost(JsonNode object, Set<String> known, String prefix, Losses losses) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      boolean hasValue = !field.getValue().isNull();
      if (hasValue && !known.contains(field.getKey())) {
        losses.add(prefix + field.getKey());
      }
    }
  }

  /**
   * The first of several members that is present and not null, else a missing node. Dialects rename
   * fields, and Gemini accepts camelCase and snake_case.
   */
  public static JsonNode firstPresent(JsonNode object, String... names) {
    for (String name : names) {
      if (object.hasNonNull(name)) {
        return object.get(name);
      }
    }
    return MissingNode.getInstance();
  }

  /** The number; null if the node is not a number. */
  public static @Nullable Double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : null;
  }

  /** The whole number; null if the node is anything else. */
  public static @Nullable Long wholeNumber(JsonNode node) {
    return node.isNumber() && node.canConvertToLong() ? node.longValue() : null;
  }

  /** The whole number; empty if the node is anything else. */
  public static OptionalLong countOrEmpty(JsonNode node) {
    return node.canConvertToLong() && node.isNumber()
        ? OptionalLong.of(node.longValue())
        : OptionalLong.empty();
  }

  /** The strings of an array, or a single string as a list. */
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

  /**
   * The first stop sequences; the others are recorded as lost.
   *
   * @param max number of stop sequences that the dialect accepts
   * @param name of the field, for the losses
   */
  public static List<String> limitStopSequences(
      List<String> stops, int max, String name, Losses losses) {
    if (stops.size() <= max) {
      return stops;
    }
    losses.add(name + "[" + max + "]");
    return stops.subList(0, max);
  }

  /** Adds a member unless the value is null. */
  public static void putIfPresent(ObjectNode object, String name, @Nullable Double value) {
    if (value != null) {
      object.put(name, value);
    }
  }

  /** Records a setting as lost unless it is null. */
  public static void recordLost(Losses losses, String name, @Nullable Number value) {
    if (value != null) {
      losses.add(name);
    }
  }

  /** Arguments of a tool call; an empty object if the text is not a JSON object. */
  public static JsonNode parseArguments(String text) {
    JsonNode node = JsonTree.readOrMissing(text);
    return node.isObject() ? node : JsonTree.object();
  }

  /** Frames system text for models that accept it only inside a turn of the user. */
  public static String systemReminder(String text) {
    return "<system-reminder>\n" + text + "\n</system-reminder>";
  }

  /**
   * A copy of a schema that has {@code type} and {@code properties}, which some servers require.
   */
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
