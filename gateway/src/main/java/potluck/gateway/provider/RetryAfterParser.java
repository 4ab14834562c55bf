package potluck.gateway.provider;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.dialect.OpenAiRateLimitHeaders;
import potluck.dialect.model.RateLimit;

/**
 * Reads how long an upstream wants callers to wait from headers other than a {@code retry-after} in
 * seconds: a date, limits that are used up, or headers of gateways and load balancers. Stateless.
 */
final class RetryAfterParser {
  /** Headers of OpenRouter, nginx, Envoy and the older drafts of the IETF. */
  private static final List<String> RESET_HEADERS =
      List.of(
          "x-ratelimit-reset-after",
          "x-ratelimit-reset",
          "x-rate-limit-reset",
          "ratelimit-reset",
          "ratelimitbysize-reset");

  /** The IETF draft: {@code "default";r=0;t=30}, and the older {@code limit=1, reset=30}. */
  private static final Pattern RATELIMIT_DRAFT =
      Pattern.compile("(?:^|[;,\\s])(?:t|reset)=(\\d{1,9})(?=$|[;,\\s])");

  private RetryAfterParser() {}

  /**
   * @param limits the limits that the same response reports
   * @return null if there is no such header
   */
  static @Nullable Duration parse(
      UnaryOperator<@Nullable String> header, List<RateLimit> limits, Instant now) {
    Instant until = parseDate(header.apply("retry-after"));
    for (RateLimit limit : limits) {
      Instant reset = limit.resetAt();
      // All used-up limits must have reset, so the latest reset counts.
      if (limit.remaining() == 0 && reset != null && (until == null || reset.isAfter(until))) {
        until = reset;
      }
    }
    for (String name : RESET_HEADERS) {
      String text = header.apply(name);
      until = until == null && text != null ? OpenAiRateLimitHeaders.parseReset(text, now) : until;
    }
    String draft = header.apply("ratelimit");
    if (until == null && draft != null) {
      Matcher seconds = RATELIMIT_DRAFT.matcher(draft);
      until = seconds.find() ? now.plusSeconds(Long.parseLong(seconds.group(1))) : null;
    }
    if (until == null) {
      return null;
    }
    return until.isBefore(now) ? Duration.ZERO : Duration.between(now, until);
  }

  /** The date is compared with our clock, because the response does not contain the upstream's. */
  private static @Nullable Instant parseDate(@Nullable String text) {
    try {
      return text == null
          ? null
          : ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
