package potluck.server.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parses times of requests. */
public final class TimeParser {
  private static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999999Z");

  private TimeParser() {}

  /** An ISO date or time in the query; UTC without a zone. */
  public static @Nullable Instant query(Request request, String name) {
    return parse(name, request.query(name));
  }

  /**
   * A time that the database can store: year 1 to 9999.
   *
   * @throws DateTimeException if it is another
   */
  public static Instant checkStorable(Instant at) {
    if (at.isBefore(MIN) || at.isAfter(MAX)) {
      throw new DateTimeException("the year must be 1 to 9999");
    }
    return at;
  }

  /**
   * Parses a time.
   *
   * @param name of the field, for the error
   */
  public static @Nullable Instant parse(String name, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      if (text.length() == 10) {
        return checkStorable(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      // Python writes a space instead of T, and an unescaped plus sign arrives as a space.
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
      throw new ApiError(422, MessageKey.NOT_A_TIME, name);
    }
  }
}
