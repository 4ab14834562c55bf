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
 * How long an upstream wants us to wait, where it says so in another way than by {@code
 * retry-after}: by the limits that are used up, or by the headers of gateways and load balancers.
 */
final class RetryAfterParser {
  /** Of OpenRouter, of nginx and Envoy, of the older drafts of the IETF. */
  private static final List<String> RESET_HEADERS =
      List.of(
          "x-ratelimit-reset-after",
          "x-ratelimit-reset",
          "x-rate-limit-reset",
          "ratelimit-reset",
          "ratelimitbysize-reset");

  /** The IETF's draft: {@code "default";r=0;t=30}, and the older {@code limit=1, reset=30}. */
  private static final Pattern RATELIMIT_DRAFT =
      Pattern.compile("(?:^|[;,\\s])(?:t|reset)=(\\d{1,9})(?=$|[;,\\s])");

  private RetryAfterParser() {}

  /**
   * @param limits that the same answer told of
   * @return null where nothing is said that can be understood
   */
  static @Nullable Duration parse(
      UnaryOperator<@Nullable String> header, List<RateLimit> limits, Instant now) {
    Instant back = parseDate(header.apply("retry-after"));
    for (RateLimit limit : limits) {
      Instant reset = limit.resetAt();
      // All that are used up must be back, so the last of them counts.
      if (limit.remaining() == 0 && reset != null && (back == null || reset.isAfter(back))) {
        back = reset;
      }
    }
    for (String name : RESET_HEADERS) {
      String text = header.apply(name);
      back = back == null && text != null ? OpenAiRateLimitHeaders.parseReset(text, now) : back;
    }
    String draft = header.apply("ratelimit");
    if (back == null && draft != null) {
      Matcher seconds = RATELIMIT_DRAFT.matcher(draft);
      back = seconds.find() ? now.plusSeconds(Long.parseLong(seconds.group(1))) : null;
    }
    if (back == null) {
      return null;
    }
    return back.isBefore(now) ? Duration.ZERO : Duration.between(now, back);
  }

  /** A date that came without the upstream's own clock beside it is taken against ours. */
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
