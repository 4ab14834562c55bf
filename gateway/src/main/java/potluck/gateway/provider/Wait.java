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
import potluck.dialect.LimitHeaders;
import potluck.dialect.model.Limit;

/**
 * How long an upstream wants us to wait, where it says so in another way than by {@code
 * retry-after}: by the limits that are used up, or by the headers of gateways and load balancers.
 */
final class Wait {
  /** Of OpenRouter, of nginx and Envoy, of the older drafts of the IETF. */
  private static final List<String> RESETS =
      List.of(
          "x-ratelimit-reset-after",
          "x-ratelimit-reset",
          "x-rate-limit-reset",
          "ratelimit-reset",
          "ratelimitbysize-reset");

  /** The IETF's draft: {@code "default";r=0;t=30}, and the older {@code limit=1, reset=30}. */
  private static final Pattern DRAFT =
      Pattern.compile("(?:^|[;,\\s])(?:t|reset)=(\\d{1,9})(?=$|[;,\\s])");

  private Wait() {}

  /**
   * @param limits that the same answer told of
   * @return null where nothing is said that can be understood
   */
  static @Nullable Duration said(
      UnaryOperator<@Nullable String> header, List<Limit> limits, Instant now) {
    Instant back = date(header.apply("retry-after"));
    for (Limit limit : limits) {
      Instant reset = limit.reset();
      // All that are used up must be back, so the last of them counts.
      if (limit.left() == 0 && reset != null && (back == null || reset.isAfter(back))) {
        back = reset;
      }
    }
    for (String name : RESETS) {
      String text = header.apply(name);
      back = back == null && text != null ? LimitHeaders.reset(text, now) : back;
    }
    String draft = header.apply("ratelimit");
    if (back == null && draft != null) {
      Matcher seconds = DRAFT.matcher(draft);
      back = seconds.find() ? now.plusSeconds(Long.parseLong(seconds.group(1))) : null;
    }
    if (back == null) {
      return null;
    }
    return back.isBefore(now) ? Duration.ZERO : Duration.between(now, back);
  }

  /** A date that came without the upstream's own clock beside it is taken against ours. */
  private static @Nullable Instant date(@Nullable String text) {
    try {
      return text == null
          ? null
          : ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
