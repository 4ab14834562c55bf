package potluck.dialect.anthropic;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.OpenAiRateLimitHeaders;
import potluck.dialect.model.RateLimit;

/**
 * Rate-limit headers {@code
 * anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}}, with
 * RFC 3339 times. Source: Anthropic's API reference, "Rate limits". Stateless.
 */
final class AnthropicRateLimitHeaders {
  private static final String PREFIX = "anthropic-ratelimit-";

  private AnthropicRateLimitHeaders() {}

  static List<RateLimit> read(UnaryOperator<@Nullable String> header, Instant now) {
    List<RateLimit> limits = new ArrayList<>();
    for (RateLimit.Kind kind : RateLimit.Kind.values()) {
      String name = PREFIX + kind.headerWord();
      long max = OpenAiRateLimitHeaders.parseCount(header.apply(name + "-limit"));
      long remaining = OpenAiRateLimitHeaders.parseCount(header.apply(name + "-remaining"));
      if (max >= 0 || remaining >= 0) {
        String reset = header.apply(name + "-reset");
        limits.add(
            new RateLimit(
                kind,
                max,
                remaining,
                reset == null ? null : OpenAiRateLimitHeaders.parseReset(reset, now)));
      }
    }
    return limits;
  }

  static Map<String, String> write(List<RateLimit> limits) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (RateLimit limit : limits) {
      String name = PREFIX + limit.kind().headerWord();
      OpenAiRateLimitHeaders.putCount(headers, name + "-limit", limit.limit());
      OpenAiRateLimitHeaders.putCount(headers, name + "-remaining", limit.remaining());
      Instant reset = limit.resetAt();
      if (reset != null) {
        headers.put(name + "-reset", reset.truncatedTo(ChronoUnit.SECONDS).toString());
      }
    }
    return headers;
  }
}
