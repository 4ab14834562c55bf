package potluck.server.importing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a source's table. A missing column counts as null, because versions differ. Immutable.
 */
record SourceRow(Map<String, String> values) {
  private static final long YEAR_9999 = 253_402_300_799L;

  /** {@code 2030-01-02 03:04:05.678+00}, with or without fraction and offset. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH", "Z")
          .optionalEnd()
          .toFormatter();

  /** Without NUL characters, which PostgreSQL cannot store. */
  @Nullable String text(String column) {
    @Nullable String text = values.get(column);
    return text == null ? null : text.replace("\0", "");
  }

  String text(String column, String otherwise) {
    @Nullable String text = text(column);
    return text == null ? otherwise : text;
  }

  /** 0 if it is not a number. */
  long number(String column) {
    return number(column, 0);
  }

  long number(String column, long otherwise) {
    try {
      String text = values.get(column);
      return text == null ? otherwise : new BigDecimal(text.strip()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return otherwise;
    }
  }

  double fraction(String column) {
    try {
      double number = Double.parseDouble(text(column, "0"));
      return Double.isFinite(number) ? number : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** As databases write it: t, true, 1. */
  boolean flag(String column, boolean otherwise) {
    String text = values.get(column);
    return text == null
        ? otherwise
        : text.equals("t") || text.equalsIgnoreCase("true") || text.equals("1");
  }

  /** UTC without a zone; null if it is not a time. */
  @Nullable Instant time(String column) {
    String text = values.get(column);
    if (text == null) {
      return null;
    }
    try {
      return TIME.parseBest(
                  text.strip().replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from)
              instanceof OffsetDateTime zoned
          ? zoned.toInstant()
          : LocalDateTime.parse(text.strip().replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Seconds since 1970; null for 0, negative and impossible values. */
  @Nullable Instant seconds(String column) {
    long seconds = number(column);
    return seconds <= 0 || seconds > YEAR_9999 ? null : Instant.ofEpochSecond(seconds);
  }
}
