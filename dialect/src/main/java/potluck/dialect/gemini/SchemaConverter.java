package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import potluck.dialect.wire.JsonTree;

/**
 * Converts Gemini's OpenAPI schemas to JSON Schema: types become lower case, and nullable becomes a
 * type. Stateless.
 */
final class SchemaConverter {
  private SchemaConverter() {}

  static JsonNode fromOpenApi(JsonNode schema) {
    if (schema.isArray()) {
      ArrayNode array = JsonTree.array();
      schema.forEach(element -> array.add(fromOpenApi(element)));
      return array;
    }
    if (!schema.isObject()) {
      return schema.isMissingNode() ? JsonTree.object() : schema;
    }
    ObjectNode result = JsonTree.object();
    for (Map.Entry<String, JsonNode> field : schema.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "type" -> result.set("type", type(value, schema.path("nullable").asBoolean(false)));
        case "nullable", "propertyOrdering", "property_ordering" -> {}
        case "properties" -> {
          ObjectNode properties = result.putObject("properties");
          value.properties().forEach(p -> properties.set(p.getKey(), fromOpenApi(p.getValue())));
        }
        case "items", "anyOf" -> result.set(field.getKey(), fromOpenApi(value));
        case "any_of" -> result.set("anyOf", fromOpenApi(value));
        default -> result.set(field.getKey(), value);
      }
    }
    return result;
  }

  private static JsonNode type(JsonNode type, boolean nullable) {
    String name = type.asText().toLowerCase(Locale.ROOT);
    return nullable ? JsonTree.array().add(name).add("null") : JsonTree.array().add(name).get(0);
  }
}
