package potluck.dialect.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a tree, for what is small or has to be understood whole. Values of an unexpected kind are
 * taken for absent: what an upstream sends never throws, save where it is no JSON at all.
 */
public final class JsonTree {
  /** Numbers are kept as they came (no double rounds a schema's bounds), text of any length. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNestingDepth(StrictJson.MAX_DEPTH * 2)
                          .build())
                  .build())
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(
              com.fasterxml.jackson.core.json.JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(
              com.fasterxml.jackson.databind.cfg.JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonTree() {}

  /**
   * @throws MalformedException where the bytes are no JSON
   */
  public static JsonNode read(byte[] bytes, int from, int to) {
    try {
      JsonNode node = MAPPER.readTree(bytes, from, to - from);
      return node == null ? MissingNode.getInstance() : node;
    } catch (IOException e) {
      throw new MalformedException("no JSON", from);
    }
  }

  /**
   * @throws MalformedException where the bytes are no JSON
   */
  public static JsonNode read(byte[] bytes) {
    return read(bytes, 0, bytes.length);
  }

  /**
   * A glance at an object: the members that are wanted, whole; the others are there, but null. All
   * of it is passed through, so what is no JSON is found.
   *
   * @return missing where the bytes are no JSON object
   */
  public static JsonNode readMembers(byte[] bytes, Set<String> wanted) {
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return MissingNode.getInstance();
      }
      ObjectNode seen = MAPPER.createObjectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (wanted.contains(name)) {
          seen.set(name, MAPPER.<JsonNode>readTree(parser));
        } else {
          parser.skipChildren();
          seen.putNull(name);
        }
      }
      return seen;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** As {@link #read(byte[])}; missing where the bytes are no JSON. */
  public static JsonNode readOrMissing(byte[] bytes, int from, int to) {
    try {
      return read(bytes, from, to);
    } catch (MalformedException e) {
      return MissingNode.getInstance();
    }
  }

  /** As {@link #read(byte[])}; missing where the text is no JSON. */
  public static JsonNode readOrMissing(String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return readOrMissing(bytes, 0, bytes.length);
  }

  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A JSON string, quotes included. */
  public static String quoted(String text) {
    return text(com.fasterxml.jackson.databind.node.TextNode.valueOf(text));
  }

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static com.fasterxml.jackson.databind.node.ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** The text of a member; null where it is absent or no string. */
  public static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value != null && value.isTextual() ? value.textValue() : null;
  }

  /** The text of a member; empty where it is absent or no string. */
  public static String textOrEmpty(JsonNode node, String name) {
    String text = text(node, name);
    return text == null ? "" : text;
  }

  /**
   * A count that somebody else made up: whole, and from 0 to {@link Long#MAX_VALUE}. What is
   * negative or no number is 0; fractions are cut off, infinity is the maximum.
   */
  public static long count(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null || !value.isNumber()) {
      return 0;
    }
    return value.canConvertToLong() && value.isIntegralNumber()
        ? Math.max(0, value.longValue())
        : Math.max(0, (long) value.doubleValue());
  }
}
