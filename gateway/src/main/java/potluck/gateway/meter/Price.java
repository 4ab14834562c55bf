package potluck.gateway.meter;

import java.math.BigInteger;
import java.time.Instant;
import potluck.dialect.model.TokenUsage;

/**
 * Prices of a model in pico-USD per token (0.15 USD per million tokens is 150,000). The arithmetic
 * uses integers; only the sum of a request is rounded, half up, to a micro-USD. Immutable.
 *
 * @param input per input token that is not cached
 * @param cached per token read from the provider's cache
 * @param written per token written to the cache
 * @param output per output token, including reasoning
 * @param request per request, in micro-USD
 * @param longContextAbove number of input tokens above which {@code longContextFactor} applies to
 *     the whole request; 0 for never
 * @param longContextFactor multiplies the price of a request with a long context
 * @param from when the price takes effect
 */
public record Price(
    long input,
    long cached,
    long written,
    long output,
    long request,
    long longContextAbove,
    double longContextFactor,
    Instant from) {
  private static final long PICO_IN_MICRO = 1_000_000;

  /** Higher prices are treated as mistakes: 10,000 USD per million tokens. */
  public static final long MAX = 10_000_000_000L;

  /**
   * @return micro-USD, never negative
   */
  public long cost(TokenUsage tokens) {
    long fresh = tokens.input() - tokens.cached() - tokens.cacheWritten();
    BigInteger sum =
        times(fresh, input)
            .add(times(tokens.cached(), cached))
            .add(times(tokens.cacheWritten(), written))
            .add(times(tokens.output(), output));
    if (longContextAbove > 0 && tokens.input() > longContextAbove) {
      sum =
          sum.multiply(BigInteger.valueOf(Math.round(longContextFactor * 1000)))
              .divide(BigInteger.valueOf(1000));
    }
    BigInteger micros =
        sum.add(BigInteger.valueOf(PICO_IN_MICRO / 2)).divide(BigInteger.valueOf(PICO_IN_MICRO));
    return micros
        .add(BigInteger.valueOf(request))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  private static BigInteger times(long tokens, long price) {
    return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
  }
}
