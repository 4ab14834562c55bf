package potluck.gateway.meter;

import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Tokens;

/**
 * What a request costs in money, and what it takes from a quota. Safe for use by many threads.
 *
 * @param prices of models
 * @param groups of models that share a quota
 * @param unit what a quota of 1.0000 is
 * @param accountMicros what the whole quota of one account is worth, in micro-USD
 * @param unpriced what a token of a model without a price counts for in a quota, in pico-USD
 */
public record Tariff(
    PriceList prices, Groups groups, Unit unit, long accountMicros, long unpriced) {

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
  public OptionalLong cost(Tokens tokens, String model, @Nullable String account, Instant at) {
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
  public long charge(Tokens tokens, OptionalLong cost) {
    return switch (unit) {
      case TOKENS -> Math.multiplyExact(Math.min(tokens.total(), 1_000_000_000_000L), 1_000_000L);
      case USD -> cost.orElseGet(() -> unpriced(tokens));
      case SHARE -> share(cost.orElseGet(() -> unpriced(tokens)));
    };
  }

  private long unpriced(Tokens tokens) {
    return new Price(unpriced, unpriced, unpriced, unpriced, 0, 0, 1, Instant.EPOCH).cost(tokens);
  }

  /** Rounded up: what was used is never free. */
  private long share(long micros) {
    java.math.BigInteger parts =
        java.math.BigInteger.valueOf(micros).multiply(java.math.BigInteger.valueOf(1_000_000));
    java.math.BigInteger worth = java.math.BigInteger.valueOf(accountMicros);
    return parts
        .add(worth.subtract(java.math.BigInteger.ONE))
        .divide(worth)
        .min(java.math.BigInteger.valueOf(Long.MAX_VALUE / 4))
        .longValue();
  }

  /** What a quota that an account brings amounts to, in millionths, for 1.0 of the account. */
  public long worth() {
    return switch (unit) {
      case SHARE -> 1_000_000L;
      case USD -> accountMicros;
      case TOKENS -> accountMicros * 1_000_000L / Math.max(1, unpriced) * 1_000_000L;
    };
  }
}
