package potluck.kit.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Short methods to build and read JSON trees. Stateless. */
final class FakeJson {
  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private FakeJson() {}

  /** An object from alternating names and values. Nodes stay nodes, and null becomes JSON null. */
  static ObjectNode object(@Nullable Object... namesAndValues) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      node.set(String.valueOf(namesAndValues[i]), STRICT.valueToTree(namesAndValues[i + 1]));
    }
    return node;
  }

  static ArrayNode array(@Nullable Object... values) {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    for (Object value : values) {
      node.add(STRICT.<JsonNode>valueToTree(value));
    }
    return node;
  }

  static JsonNode parse(String text) throws JsonProcessingException {
    return STRICT.readTree(text);
  }

  /** Parses text that the fake itself has written. */
  static JsonNode parseTrusted(String text) {
    try {
      return parse(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }

  static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Splits text into pieces of {@code length} characters, never inside a code point. */
  static List<String> pieces(String text, int length) {
    List<String> pieces = new ArrayList<>();
    int[] points = text.codePoints().toArray();
    for (int at = 0; at < points.length; at += length) {
      pieces.add(new String(points, at, Math.min(length, points.length - at)));
    }
    return pieces;
  }
}
