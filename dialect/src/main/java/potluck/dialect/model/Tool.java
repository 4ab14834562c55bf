package potluck.dialect.model;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A function that the model may call. Immutable.
 *
 * @param schema JSON Schema of the arguments, an object
 * @param strict whether arguments must follow the schema exactly
 */
public record Tool(String name, String description, JsonNode schema, boolean strict) {}
