package potluck.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.dialect.model.Failure;
import potluck.gateway.account.Standing.Resting;
import potluck.gateway.upstream.Timeouts;

/** How long an account is in cooldown after a 429, by the headers of its provider. */
class RetryAfterParserTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Catalogue CATALOGUE =
      Catalogue.shipped(new Timeouts(MINUTE, MINUTE, MINUTE, MINUTE));

  private static final List<String> PROVIDERS =
      List.of(
          "openai-compatible",
          "openai-responses-compatible",
          "anthropic-compatible",
          "gemini-compatible");

  private static final String DEFAULT = "10";
  private static final String MAX = "900";

  /** Headers, and the expected cooldown in seconds. */
  private static final Map<List<String>, String> ANY =
      Map.ofEntries(
          said("7", "retry-after: 7"),
          said("0", "retry-after: 0"),
          said("1", "retry-after: 1"),
          said("59.5", "retry-after: 59.5"),
          said("7", "Retry-After:   7  "),
          said("0.25", "retry-after-ms: 250"),
          said("0.25", "retry-after-ms: 250", "retry-after: 1"),
          said("0.251", "retry-after-ms: 250.4"),
          said("120", "retry-after: 120"),
          said("899", "retry-after: 899"),
          said(MAX, "retry-after: 901"),
          said(MAX, "retry-after: 315360000"),
          said(MAX, "retry-after: 999999999"),
          said(DEFAULT, "retry-after: -5"),
          said(DEFAULT, "retry-after: NaN"),
          said(DEFAULT, "retry-after: Infinity"),
          said(DEFAULT, "retry-after: 1e5"),
          said(DEFAULT, "retry-after: 0x10"),
          said(DEFAULT, "retry-after: 5d"),
          said(DEFAULT, "retry-after: soon"),
          said(DEFAULT, "retry-after: 7, 8"),
          said(DEFAULT, "retry-after: "),
          said(DEFAULT, "retry-after: 99999999999999999999"),
          said(DEFAULT),
          said(
              "30",
              "retry-after: Wed, 04 Mar 2026 05:06:37 GMT",
              "date: Wed, 04 Mar 2026 05:06:07 GMT"),
          // The upstream's clock is an hour fast; only the difference counts.
          said(
              "30",
              "retry-after: Wed, 04 Mar 2026 06:06:37 GMT",
              "date: Wed, 04 Mar 2026 06:06:07 GMT"),
          said("30", "retry-after: Wed, 04 Mar 2026 05:06:37 GMT"),
          said(
              "0",
              "retry-after: Wed, 04 Mar 2026 05:06:00 GMT",
              "date: Wed, 04 Mar 2026 05:06:07 GMT"),
          said("0", "retry-after: Tue, 03 Mar 2026 05:06:00 GMT"),
          said(MAX, "retry-after: Thu, 04 Mar 2027 05:06:07 GMT"),
          said(DEFAULT, "retry-after: Wed, 34 Mar 2026 05:06:37 GMT"),
          said("45", "x-ratelimit-reset-after: 45"),
          said("4.5", "x-ratelimit-reset-after: 4.5"),
          said("30", "x-ratelimit-reset: 30"),
          said("33", "x-ratelimit-reset: 1772600800"),
          said("33", "x-ratelimit-reset: 1772600800000"),
          said("33.5", "x-ratelimit-reset: 1772600800500"),
          said("0", "x-ratelimit-reset: 1772600000"),
          said("12", "x-rate-limit-reset: 12"),
          said("12", "ratelimit-reset: 12"),
          said("59", "ratelimitbysize-reset: 59"),
          said("30", "ratelimit: \"default\";r=0;t=30"),
          said("30", "ratelimit: limit=10, remaining=0, reset=30"),
          said(DEFAULT, "ratelimit: \"default\";r=5"),
          said(DEFAULT, "x-ratelimit-reset: tomorrow"),
          // A wait for this request takes precedence over the reset of a window.
          said("2", "retry-after: 2", "x-ratelimit-reset: 600"),
          said("0", "x-ratelimit-reset: 2026-03-04T05:06:00Z"),
          said("23", "x-ratelimit-reset: 2026-03-04T05:06:30Z"),
          said("75", "x-ratelimit-reset: 1m15s"));

  private static final Map<List<String>, String> OPENAI =
      Map.ofEntries(
          said("20", "x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 20s"),
          said("360", "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 6m0s"),
          said("0.06", "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 60ms"),
          said("7.66", "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 7.66s"),
          said("30", "x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 30"),
          said(MAX, "x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 23h59m"),
          said(DEFAULT, "x-ratelimit-remaining-requests: 5", "x-ratelimit-reset-requests: 20s"),
          said(DEFAULT, "x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: never"),
          said(
              "50",
              "x-ratelimit-remaining-requests: 0",
              "x-ratelimit-reset-requests: 20s",
              "x-ratelimit-remaining-tokens: 0",
              "x-ratelimit-reset-tokens: 50s"),
          said(
              "20",
              "x-ratelimit-remaining-requests: 0",
              "x-ratelimit-reset-requests: 20s",
              "x-ratelimit-remaining-tokens: 900",
              "x-ratelimit-reset-tokens: 50s"),
          said(
              "1",
              "retry-after: 1",
              "x-ratelimit-remaining-requests: 0",
              "x-ratelimit-reset-requests: 20s"));

  private static final Map<List<String>, String> ANTHROPIC =
      Map.ofEntries(
          said(
              "23",
              "anthropic-ratelimit-requests-remaining: 0",
              "anthropic-ratelimit-requests-reset: 2026-03-04T05:06:30Z"),
          said(
              "23",
              "anthropic-ratelimit-input-tokens-remaining: 0",
              "anthropic-ratelimit-input-tokens-reset: 2026-03-04T06:06:30+01:00"),
          said(
              "53",
              "anthropic-ratelimit-requests-remaining: 0",
              "anthropic-ratelimit-requests-reset: 2026-03-04T05:06:30Z",
              "anthropic-ratelimit-output-tokens-remaining: 0",
              "anthropic-ratelimit-output-tokens-reset: 2026-03-04T05:07:00Z"),
          said(
              DEFAULT,
              "anthropic-ratelimit-requests-remaining: 3",
              "anthropic-ratelimit-requests-reset: 2026-03-04T05:06:30Z"),
          said(
              "0",
              "anthropic-ratelimit-requests-remaining: 0",
              "anthropic-ratelimit-requests-reset: 2026-03-04T05:00:00Z"));

  private static Map.Entry<List<String>, String> said(String seconds, String... headers) {
    return Map.entry(List.of(headers), seconds);
  }

  static Stream<Arguments> headers() {
    return PROVIDERS.stream()
        .flatMap(
            provider ->
                Stream.of(
                        ANY,
                        provider.startsWith("openai") ? OPENAI : Map.<List<String>, String>of(),
                        provider.startsWith("anthropic")
                            ? ANTHROPIC
                            : Map.<List<String>, String>of())
                    .flatMap(table -> table.entrySet().stream())
                    .map(each -> Arguments.of(provider, each.getKey(), each.getValue())));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void retryAfterParserReadsTheWaitOfEachProvider(String name, List<String> lines, String seconds) {
    Provider provider = CATALOGUE.find(name).orElseThrow();
    Map<String, String> headers = new HashMap<>();
    for (String line : lines) {
      String[] halves = line.split(":", 2);
      headers.put(halves[0].toLowerCase(Locale.ROOT), halves[1].strip());
    }
    Failure failure =
        provider
            .dialect()
            .readFailure(
                429, headers::get, "{\"error\":{\"message\":\"slow down\"}}".getBytes(UTF_8));
    Verdict verdict = provider.judge(429, headers::get, failure, NOW);
    assertThat(verdict).isInstanceOf(Verdict.TryAnother.class);
    assertThat(((Verdict.TryAnother) verdict).standing())
        .isInstanceOfSatisfying(
            Resting.class,
            resting ->
                assertThat(Duration.between(NOW, resting.until()))
                    .isEqualTo(Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000))));
  }
}
