package potluck.gateway.meter;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
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
   * What tokens cost by the price of the provider's name of the model, or, if that has none, such
   * as the name of a deployment, by the price of its public name.
   *
   * @param model the provider's name of the model
   * @param publicModel the name that callers use
   * @param account the account's id; null for any
   * @return micro-USD; empty if the model has no price
   */
  public OptionalLong cost(
      TokenUsage tokens, String model, String publicModel, @Nullable String account, Instant at) {
    if (tokens.total() == 0) {
      return OptionalLong.of(0);
    }
    return findPrice(model, publicModel, account, at).stream()
        .map(PriceList.Entry::price)
        .mapToLong(price -> price.cost(tokens))
        .findFirst();
  }

  /** The entry of the price list that {@link #cost} uses; empty if the model has no price. */
  public Optional<PriceList.Entry> findPrice(
      String model, String publicModel, @Nullable String account, Instant at) {
    Optional<PriceList.Entry> own = prices.findEntry(model, account, at);
    return own.isPresent() || model.equals(publicModel)
        ? own
        : prices.findEntry(publicModel, account, at);
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
