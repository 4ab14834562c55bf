package potluck.server.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times in queries. */
public final class TimeParser {
  private static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999999Z");

  private TimeParser() {}

  /** An ISO date or time; without a zone it is UTC. */
  public static @Nullable Instant query(Request request, String name) {
    return parse(name, request.query(name));
  }

  /**
   * A time that tables can keep: of the years 1 to 9999.
   *
   * @throws DateTimeException where it is another
   */
  public static Instant checkStorable(Instant at) {
    if (at.isBefore(MIN) || at.isAfter(MAX)) {
      throw new DateTimeException("the year is not one of 1 to 9999");
    }
    return at;
  }

  /**
   * @param name of the field, for what is said where it is wrong
   */
  public static @Nullable Instant parse(String name, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      if (text.length() == 10) {
        return checkStorable(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      // Python writes a space for the T; a plus sign that nobody escaped comes as a space, too.
      String whole =
          text.toUpperCase(Locale.ROOT)
              .replaceFirst("(?<=^[0-9]{4}-[0-9]{2}-[0-9]{2}) ", "T")
              .replaceFirst(" (?=[0-9]{2}:?[0-9]{2}$)", "+");
      return checkStorable(
          whole.matches(".*(Z|[+-][0-9]{2}:?[0-9]{2})$")
              ? OffsetDateTime.parse(whole.replaceFirst("([+-][0-9]{2})([0-9]{2})$", "$1:$2"))
                  .toInstant()
              : LocalDateTime.parse(whole).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      throw new ApiError(
          422,
          name + " 必须是 ISO 8601 时间",
          name + " must be a time in ISO 8601, such as 2026-01-31T08:00:00Z.");
    }
  }
}
