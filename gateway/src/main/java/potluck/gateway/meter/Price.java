package potluck.gateway.meter;

import java.math.BigInteger;
import java.time.Instant;
import potluck.dialect.model.TokenUsage;

/**
 * What a model's tokens cost, in pico-USD a token (a price of 0.15 USD a million tokens is
 * 150,000). Arithmetic is in whole numbers; only the sum of a request is rounded, half up, to a
 * micro-USD. Immutable.
 *
 * @param input of tokens read afresh
 * @param cached of tokens read from the provider's cache
 * @param written of tokens written to it
 * @param output of tokens made, thinking included
 * @param request of each request, in micro-USD
 * @param longContextAbove the input from which on {@code dear} holds for the whole request, in
 *     tokens; 0 for never
 * @param from when it begins to hold
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

  /** Prices above this are mistakes: 10,000 USD a million tokens. */
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
