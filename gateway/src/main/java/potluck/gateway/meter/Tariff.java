package potluck.gateway.meter;

import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;

/**
 * What a request costs in money, and what it takes from a quota. Safe for use by many threads.
 *
 * @param prices of models
 * @param groups of models that share a quota
 * @param unit what a quota of 1.0000 is
 * @param accountWorthMicros what the whole quota of one account is worth, in micro-USD
 * @param unpricedTokenPico what a token of a model without a price counts for in a quota, in
 *     pico-USD
 */
public record Tariff(
    PriceList prices,
    ModelGroups groups,
    Unit unit,
    long accountWorthMicros,
    long unpricedTokenPico) {

  /** What a quota is counted in. */
  public enum Unit {
    /** 1.0000 is the whole quota of one account, as the origin has it. */
    SHARE,
    /** 1.0000 is one US dollar by the price list. */
    USD,
    /** 1.0000 is one token. */
    TOKENS
  }

  /**
   * @param model the provider's name of it
   * @param account by its id
   * @return micro-USD; empty where the model has no price
   */
  public OptionalLong cost(TokenUsage tokens, String model, @Nullable String account, Instant at) {
    if (tokens.total() == 0) {
      return OptionalLong.of(0);
    }
    return prices.find(model, account, at).stream()
        .mapToLong(price -> price.cost(tokens))
        .findFirst();
  }

  /**
   * What a request takes from a quota, in millionths of it.
   *
   * @param cost in micro-USD; empty where it is not known
   */
  public long charge(TokenUsage tokens, OptionalLong cost) {
    return switch (unit) {
      case TOKENS -> Math.multiplyExact(Math.min(tokens.total(), 1_000_000_000_000L), 1_000_000L);
      case USD -> cost.orElseGet(() -> unpricedTokenPico(tokens));
      case SHARE -> toShare(cost.orElseGet(() -> unpricedTokenPico(tokens)));
    };
  }

  private long unpricedTokenPico(TokenUsage tokens) {
    return new Price(
            unpricedTokenPico,
            unpricedTokenPico,
            unpricedTokenPico,
            unpricedTokenPico,
            0,
            0,
            1,
            Instant.EPOCH)
        .cost(tokens);
  }

  /** Rounded up: what was used is never free. */
  private long toShare(long micros) {
    java.math.BigInteger parts =
        java.math.BigInteger.valueOf(micros).multiply(java.math.BigInteger.valueOf(1_000_000));
    java.math.BigInteger worth = java.math.BigInteger.valueOf(accountWorthMicros);
    return parts
        .add(worth.subtract(java.math.BigInteger.ONE))
        .divide(worth)
        .min(java.math.BigInteger.valueOf(Long.MAX_VALUE / 4))
        .longValue();
  }

  /** What a quota that an account brings amounts to, in millionths, for 1.0 of the account. */
  public long accountQuota() {
    return switch (unit) {
      case SHARE -> 1_000_000L;
      case USD -> accountWorthMicros;
      case TOKENS -> accountWorthMicros * 1_000_000L / Math.max(1, unpricedTokenPico) * 1_000_000L;
    };
  }
}
