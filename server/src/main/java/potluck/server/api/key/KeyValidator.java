package potluck.server.api.key;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.key.CidrRanges;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;
import potluck.server.http.TimeParser;

/** Checks the fields of a key. All methods throw {@link ApiError} (422). */
public final class KeyValidator {
  private static final int MAX_NAME_LENGTH = 255;
  private static final int MAX_DESCRIPTION_LENGTH = 2000;
  private static final int MAX_LIST_SIZE = 1000;
  private static final String DEFAULT_TYPE = "antigravity";

  private KeyValidator() {}

  static @Nullable String name(@Nullable String given) {
    return checkLength("name", given, MAX_NAME_LENGTH);
  }

  static @Nullable String description(@Nullable String given) {
    return checkLength("description", given, MAX_DESCRIPTION_LENGTH);
  }

  private static @Nullable String checkLength(String field, @Nullable String text, int max) {
    if (text != null && (text.length() > max || text.indexOf(0) >= 0)) {
      throw new ApiError(422, MessageKey.TEXT_TOO_LONG, field, max);
    }
    return text;
  }

  static String type(@Nullable String given) {
    @Nullable String type = checkLength("config_type", given, MAX_NAME_LENGTH);
    return type == null || type.isBlank() ? DEFAULT_TYPE : type;
  }

  static List<String> models(@Nullable List<String> given) {
    List<String> models = checkSize("allowed_models", given);
    models.forEach(model -> checkLength("allowed_models", model, MAX_NAME_LENGTH));
    return models;
  }

  private static List<String> checkSize(String field, @Nullable List<String> given) {
    if (given != null && given.size() > MAX_LIST_SIZE) {
      throw new ApiError(422, MessageKey.LIST_TOO_LONG, field, MAX_LIST_SIZE);
    }
    return given == null ? List.of() : given;
  }

  static List<String> networks(@Nullable List<String> given) {
    try {
      List<String> networks = checkSize("allowed_addresses", given);
      return CidrRanges.of(networks).isEmpty() ? List.of() : networks;
    } catch (IllegalArgumentException e) {
      throw new ApiError(422, MessageKey.INVALID_ALLOWED_ADDRESSES, e.getMessage());
    }
  }

  /**
   * When a key expires; null for never.
   *
   * @param text a time with a zone; null for never
   */
  public static @Nullable Instant expiry(@Nullable String text) {
    try {
      return text == null ? null : TimeParser.checkStorable(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw new ApiError(422, MessageKey.INVALID_EXPIRES_AT);
    }
  }
}
