package potluck.dialect;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.RateLimit;

/**
 * Rate-limit headers of OpenAI's two dialects: {@code
 * x-ratelimit-{limit,remaining,reset}-{requests,tokens}}, with durations such as {@code 6m0s} or
 * {@code 60ms}. Source: OpenAI, "Rate limits". Stateless.
 */
public final class OpenAiRateLimitHeaders {
  private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,14}(?:\\.\\d{1,9})?");

  /** Numbers from here on are seconds since 1970: no rate limit lasts thirty years. */
  private static final double MIN_EPOCH_SECONDS = 1e9;

  /** Numbers from here on are milliseconds since 1970. */
  private static final double MIN_EPOCH_MILLIS = 1e12;

  private static final List<RateLimit.Kind> KINDS =
      List.of(RateLimit.Kind.REQUESTS, RateLimit.Kind.TOKENS);

  private OpenAiRateLimitHeaders() {}

  /**
   * The rate limits in the headers of an answer. A kind without limit and remaining count is left
   * out.
   */
  public static List<RateLimit> read(UnaryOperator<@Nullable String> header, Instant now) {
    List<RateLimit> limits = new ArrayList<>();
    for (RateLimit.Kind kind : KINDS) {
      long max = parseCount(header.apply("x-ratelimit-limit-" + kind.headerWord()));
      long remaining = parseCount(header.apply("x-ratelimit-remaining-" + kind.headerWord()));
      if (max >= 0 || remaining >= 0) {
        String reset = header.apply("x-ratelimit-reset-" + kind.headerWord());
        limits.add(
            new RateLimit(kind, max, remaining, reset == null ? null : parseReset(reset, now)));
      }
    }
    return limits;
  }

  /** Rate limits as headers, by lower-case name. */
  public static Map<String, String> write(List<RateLimit> limits, Instant now) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (RateLimit limit : limits) {
      if (KINDS.contains(limit.kind())) {
        putCount(headers, "x-ratelimit-limit-" + limit.kind().headerWord(), limit.limit());
        putCount(headers, "x-ratelimit-remaining-" + limit.kind().headerWord(), limit.remaining());
        Instant reset = limit.resetAt();
        if (reset != null) {
          long millis = Math.max(0, Duration.between(now, reset).toMillis());
          headers.put("x-ratelimit-reset-" + limit.kind().headerWord(), formatDuration(millis));
        }
      }
    }
    return headers;
  }

  /** Parses a count of 1 to 18 digits; -1 for anything else. */
  public static long parseCount(@Nullable String text) {
    return text != null && COUNT.matcher(text).matches() ? Long.parseLong(text) : -1;
  }

  /** Adds a header if the count is known (not negative). */
  public static void putCount(Map<String, String> headers, String name, long count) {
    if (count >= 0) {
      headers.put(name, Long.toString(count));
    }
  }

  /**
   * Parses the time at which a limit is restored: {@code 6m0s}, seconds such as {@code 30} or
   * {@code 7.5}, seconds or milliseconds since 1970, or an RFC 3339 time. Null for anything else.
   */
  public static @Nullable Instant parseReset(String text, Instant now) {
    String stripped = text.strip();
    if (NUMBER.matcher(stripped).matches()) {
      double number = Double.parseDouble(stripped);
      return number >= MIN_EPOCH_MILLIS
          ? Instant.ofEpochMilli((long) number)
          : number >= MIN_EPOCH_SECONDS
              ? Instant.ofEpochMilli((long) (number * 1000))
              : now.plusMillis((long) Math.ceil(number * 1000));
    }
    Duration span = parseDuration(stripped);
    return span == null ? parseTimestamp(stripped) : now.plus(span);
  }

  private static @Nullable Instant parseTimestamp(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable Duration parseDuration(String text) {
    Matcher parts = DURATION_PART.matcher(text);
    double millis = 0;
    int end = 0;
    while (parts.find() && parts.start() == end) {
      double number = Double.parseDouble(parts.group(1));
      millis +=
          number
              * switch (parts.group(2)) {
                case "ms" -> 1;
                case "s" -> 1000;
                case "m" -> 60_000;
                case "h" -> 3_600_000;
                default -> 86_400_000;
              };
      end = parts.end();
    }
    return end == text.length() && end > 0 && millis < 1e12
        ? Duration.ofMillis((long) millis)
        : null;
  }

  private static String formatDuration(long millis) {
    if (millis < 1000) {
      return millis + "ms";
    }
    long seconds = (millis + 999) / 1000;
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }
}
