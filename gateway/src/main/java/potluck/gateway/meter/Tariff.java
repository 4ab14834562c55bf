package potluck.gateway.meter;

import java.math.BigInteger;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;

/**
 * Computes what a request costs and what it takes from a quota. Thread-safe.
 *
 * @param prices prices of models
 * @param groups models that share a quota
 * @param unit the meaning of a quota of 1.0000
 * @param accountWorthMicros value of the whole quota of one account, in micro-USD
 * @param unpricedTokenPico what a token of a model without a price counts for, in pico-USD
 */
public record Tariff(
    PriceList prices,
    ModelGroups groups,
    Unit unit,
    long accountWorthMicros,
    long unpricedTokenPico) {

  /** The unit of quotas. */
  public enum Unit {
    /** 1.0000 is the whole quota of one account, as in AntiHub. */
    SHARE,
    /** 1.0000 is one US dollar by the price list. */
    USD,
    /** 1.0000 is one token. */
    TOKENS
  }

  /**
   * @param model the provider's name of the model
   * @param account the account's id; null for any
   * @return micro-USD; empty if the model has no price
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
   * What a request takes from a quota, in millionths.
   *
   * @param cost in micro-USD; empty if unknown
   */
  public long charge(TokenUsage tokens, OptionalLong cost) {
    return switch (unit) {
      case TOKENS -> Math.multiplyExact(Math.min(tokens.total(), 1_000_000_000_000L), 1_000_000L);
      case USD -> cost.orElseGet(() -> unpricedCost(tokens));
      case SHARE -> toShare(cost.orElseGet(() -> unpricedCost(tokens)));
    };
  }

  private long unpricedCost(TokenUsage tokens) {
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

  /** Rounds up, so that use is never free. */
  private long toShare(long micros) {
    BigInteger parts = BigInteger.valueOf(micros).multiply(BigInteger.valueOf(1_000_000));
    BigInteger worth = BigInteger.valueOf(accountWorthMicros);
    return parts
        .add(worth.subtract(BigInteger.ONE))
        .divide(worth)
        .min(BigInteger.valueOf(Long.MAX_VALUE / 4))
        .longValue();
  }

  /** The quota that one whole account amounts to, in millionths. */
  public long accountQuota() {
    return switch (unit) {
      case SHARE -> 1_000_000L;
      case USD -> accountWorthMicros;
      case TOKENS -> accountWorthMicros * 1_000_000L / Math.max(1, unpricedTokenPico) * 1_000_000L;
    };
  }
}
