package potluck.server.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Times in queries. */
final class Times {
  private Times() {}

  /** An ISO date or time; without a zone it is UTC. */
  static @Nullable Instant of(Request request, String name) {
    return parse(name, request.query(name));
  }

  /**
   * @param name of the field, for what is said where it is wrong
   */
  static @Nullable Instant parse(String name, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      if (text.length() == 10) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return text.matches(".*(Z|[+-][0-9]{2}:?[0-9]{2})$")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new ApiError(
          422,
          name + " 必须是 ISO 8601 时间",
          name + " must be a time in ISO 8601, such as 2026-01-31T08:00:00Z.");
    }
  }
}
