package potluck.server.api.key;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.key.Networks;
import potluck.server.http.ApiError;
import potluck.server.http.Times;

/** What people say of a key that they make, within its bounds. All throw {@link ApiError} (422). */
final class KeyForms {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_DESCRIPTION = 2000;
  private static final int LONGEST_LIST = 1000;
  private static final String USUAL_TYPE = "antigravity";

  private KeyForms() {}

  static @Nullable String name(@Nullable String given) {
    return bounded("name", given, LONGEST_NAME);
  }

  static @Nullable String description(@Nullable String given) {
    return bounded("description", given, LONGEST_DESCRIPTION);
  }

  private static @Nullable String bounded(String field, @Nullable String text, int most) {
    if (text != null && (text.length() > most || text.indexOf(0) >= 0)) {
      throw new ApiError(
          422,
          field + " 最多 " + most + " 个字符，且不含 NUL",
          field + " has at most " + most + " characters, and no NUL.");
    }
    return text;
  }

  static String type(@Nullable String given) {
    @Nullable String type = bounded("config_type", given, LONGEST_NAME);
    return type == null || type.isBlank() ? USUAL_TYPE : type;
  }

  static List<String> models(@Nullable List<String> given) {
    List<String> models = atMost("allowed_models", given);
    models.forEach(model -> bounded("allowed_models", model, LONGEST_NAME));
    return models;
  }

  private static List<String> atMost(String field, @Nullable List<String> given) {
    if (given != null && given.size() > LONGEST_LIST) {
      throw new ApiError(
          422,
          field + " 最多 " + LONGEST_LIST + " 项",
          field + " has at most " + LONGEST_LIST + " entries.");
    }
    return given == null ? List.of() : given;
  }

  static List<String> networks(@Nullable List<String> given) {
    try {
      List<String> networks = atMost("allowed_addresses", given);
      return Networks.of(networks).isEmpty() ? List.of() : networks;
    } catch (IllegalArgumentException e) {
      throw new ApiError(
          422,
          "allowed_addresses 必须是 IP 或 CIDR",
          "allowed_addresses holds addresses and networks such as 10.0.0.0/8: "
              + e.getMessage()
              + ".");
    }
  }

  static @Nullable Instant expiry(@Nullable String text) {
    try {
      return text == null ? null : Times.kept(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw new ApiError(
          422,
          "expires_at 必须是带时区的时间，例如 2030-01-01T00:00:00Z",
          "expires_at must be a time with a zone, such as 2030-01-01T00:00:00Z.");
    }
  }
}
