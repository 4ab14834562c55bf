package potluck.server.http;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JSON of the {@code /api} routes: snake case, nulls written, unknown fields refused. Null means
 * absent; a null in a list or map is refused, and so is a number that would be truncated.
 */
public final class ApiJson {
  /** For streaming, and for JSON that is not a request: unknown fields are ignored. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(32).build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .withCoercionConfigDefaults(
              config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .addModule(PlainDecimals.module())
          .build();

  /** For requests: unknown fields are refused, and numbers where a text is needed. */
  private static final ObjectMapper STRICT = strict();

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter OFFSET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private ApiJson() {}

  private static ObjectMapper strict() {
    ObjectMapper strict = MAPPER.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    strict
        .coercionConfigFor(LogicalType.Boolean)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
    strict
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
    return strict;
  }

  /** In UTF-8. */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws ApiError 422 if the body does not fit the type, or has a field that the type has not
   */
  public static <T> T read(byte[] body, Class<T> type) {
    return read(STRICT, body, type);
  }

  /**
   * The same, but unknown fields are ignored.
   *
   * @throws ApiError 422 if the body does not fit the type
   */
  static <T> T readLeniently(byte[] body, Class<T> type) {
    return read(MAPPER, body, type);
  }

  private static <T> T read(ObjectMapper mapper, byte[] body, Class<T> type) {
    try {
      @Nullable T value = mapper.readValue(body, type);
      if (value == null) {
        throw BodyErrors.emptyBody();
      }
      return value;
    } catch (IOException e) {
      throw body.length == 0 ? BodyErrors.emptyBody() : BodyErrors.toApiError(e);
    }
  }

  /** A time in AntiHub's backend format: six digits and Z. */
  public static @Nullable String micros(@Nullable Instant at) {
    return at == null ? null : MICROS.format(at);
  }

  /** A time in the Plug-in API's format: three digits and Z. */
  public static @Nullable String millis(@Nullable Instant at) {
    return at == null ? null : MILLIS.format(at);
  }

  /** AntiHub's format of reset times: milliseconds without a zone. */
  public static @Nullable String millisWithoutZone(@Nullable Instant at) {
    @Nullable String text = millis(at);
    return text == null ? null : text.substring(0, text.length() - 1);
  }

  /** A time in whole seconds and Z. */
  public static @Nullable String seconds(@Nullable Instant at) {
    return at == null ? null : SECONDS.format(at);
  }

  /** A usage time: six digits and an offset. */
  public static @Nullable String offset(@Nullable Instant at) {
    return at == null ? null : OFFSET.format(at);
  }
}
