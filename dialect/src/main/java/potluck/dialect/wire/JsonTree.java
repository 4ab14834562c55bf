package potluck.dialect.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;

/**
 * JSON as a tree, for what is small or must be understood completely. Values of an unexpected type
 * are treated as absent; only bytes that are not JSON cause an exception. Stateless.
 */
public final class JsonTree {
  /**
   * Keeps numbers exactly (a double would round the bounds of a schema), and accepts text of any
   * length. Accepts {@code NaN}, which Python servers send; it is no number for any reader here.
   */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNestingDepth(StrictJson.MAX_DEPTH * 2)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final BigDecimal MAX_COUNT = BigDecimal.valueOf(TokenUsage.MAX_COUNT);

  private JsonTree() {}

  /**
   * Parses a range of bytes.
   *
   * @return a missing node if the range is empty
   * @throws MalformedException if the bytes are not JSON
   */
  public static JsonNode read(byte[] bytes, int from, int to) {
    try {
      JsonNode node = MAPPER.readTree(bytes, from, to - from);
      return node == null ? MissingNode.getInstance() : node;
    } catch (IOException e) {
      throw new MalformedException("invalid JSON", from);
    }
  }

  /**
   * Parses bytes.
   *
   * @throws MalformedException if the bytes are not JSON
   */
  public static JsonNode read(byte[] bytes) {
    return read(bytes, 0, bytes.length);
  }

  /**
   * Parses only some members of an object; the others are present, but null. The complete input is
   * checked.
   *
   * @return a missing node if the bytes are not a JSON object
   */
  public static JsonNode readMembers(byte[] bytes, Set<String> names) {
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return MissingNode.getInstance();
      }
      ObjectNode seen = MAPPER.createObjectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (names.contains(name)) {
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

  /** Parses a range of bytes; returns a missing node if they are not JSON. */
  public static JsonNode readOrMissing(byte[] bytes, int from, int to) {
    try {
      return read(bytes, from, to);
    } catch (MalformedException e) {
      return MissingNode.getInstance();
    }
  }

  /** Parses text; returns a missing node if it is not JSON. */
  public static JsonNode readOrMissing(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return readOrMissing(bytes, 0, bytes.length);
  }

  /** Serializes a tree as UTF-8. */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serializes a tree as text. */
  public static String text(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Text as a JSON string, with quotes. */
  public static String quoted(String text) {
    return text(TextNode.valueOf(text));
  }

  /** A new empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A new empty array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** The string value of a member; null if absent or not a string. */
  public static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value != null && value.isTextual() ? value.textValue() : null;
  }

  /** The string value of a member; empty if absent or not a string. */
  public static String textOrEmpty(JsonNode node, String name) {
    String text = text(node, name);
    return text == null ? "" : text;
  }

  /**
   * A count from an untrusted source, from 0 to {@link Long#MAX_VALUE}. Negative values and
   * anything but a number are 0; fractions are truncated, and infinity is the maximum.
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

  /**
   * A count of tokens from an untrusted source.
   *
   * @return from 0 to {@link TokenUsage#MAX_COUNT}, to which larger numbers are cut; {@link
   *     UsageReport#NOT_COUNTED} if the member is absent or anything but a non-negative integer
   */
  public static long countOrMissing(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null || !value.isNumber()) {
      return UsageReport.NOT_COUNTED;
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      long count = value.longValue();
      return count < 0 ? UsageReport.NOT_COUNTED : Math.min(count, TokenUsage.MAX_COUNT);
    }
    if (value.isFloat() || value.isDouble()) { // NaN or infinite: others are decimals.
      return UsageReport.NOT_COUNTED;
    }
    BigDecimal number = value.decimalValue();
    if (number.signum() < 0) {
      return UsageReport.NOT_COUNTED;
    }
    if (number.compareTo(MAX_COUNT) >= 0) {
      return TokenUsage.MAX_COUNT;
    }
    boolean whole = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    return whole ? number.longValue() : UsageReport.NOT_COUNTED;
  }
}
