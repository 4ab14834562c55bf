package potluck.dialect.anthropic;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.LimitHeaders;
import potluck.dialect.model.Limit;

/**
 * {@code anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}},
 * times by RFC 3339. Source: Anthropic's API reference, "Rate limits".
 */
final class Limits {
  private static final String PREFIX = "anthropic-ratelimit-";

  private Limits() {}

  static List<Limit> read(UnaryOperator<@Nullable String> header, Instant now) {
    List<Limit> limits = new ArrayList<>();
    for (Limit.Kind kind : Limit.Kind.values()) {
      String name = PREFIX + kind.word();
      long most = LimitHeaders.count(header.apply(name + "-limit"));
      long left = LimitHeaders.count(header.apply(name + "-remaining"));
      if (most >= 0 || left >= 0) {
        String reset = header.apply(name + "-reset");
        limits.add(
            new Limit(kind, most, left, reset == null ? null : LimitHeaders.reset(reset, now)));
      }
    }
    return limits;
  }

  static Map<String, String> write(List<Limit> limits) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Limit limit : limits) {
      String name = PREFIX + limit.kind().word();
      LimitHeaders.put(headers, name + "-limit", limit.most());
      LimitHeaders.put(headers, name + "-remaining", limit.left());
      Instant reset = limit.reset();
      if (reset != null) {
        headers.put(name + "-reset", reset.truncatedTo(ChronoUnit.SECONDS).toString());
      }
    }
    return headers;
  }
}
