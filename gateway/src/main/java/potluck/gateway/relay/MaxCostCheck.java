package potluck.gateway.relay;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.meter.Tariff;

/**
 * What a caller is ready to pay for one request, held against the account that would serve it: its
 * price may be one of its own, and another model may stand in for the one that was asked for. Safe
 * for use by many threads.
 */
public final class MaxCostCheck {
  /** An answer's bound where the caller gave none, in tokens. */
  private static final long DEFAULT_MAX_TOKENS = 8192;

  private final Tariff tariff;

  MaxCostCheck(Tariff tariff) {
    this.tariff = tariff;
  }

  /** The longest answer to reckon with, in tokens. */
  public static long maxOutputTokens(Ask ask) {
    return ask.maxTokens().orElse(DEFAULT_MAX_TOKENS);
  }

  /**
   * The worst case: all of the request read afresh, and an answer of full length.
   *
   * @param model the provider's name of it
   * @param account by its id
   * @return why it is not to be sent; empty where it may
   */
  Optional<Failure> check(Call call, Ask ask, String model, String account, Instant at) {
    if (call.maxCostMicros() == null) {
      return Optional.empty();
    }
    TokenUsage most = new TokenUsage(call.body().length / 3, 0, 0, maxOutputTokens(ask), 0);
    OptionalLong cost = tariff.cost(most, model, account, at);
    if (cost.isPresent() && cost.getAsLong() <= call.maxCostMicros()) {
      return Optional.empty();
    }
    String why =
        cost.isEmpty()
            ? "the model " + model + " has no price"
            : "it may cost up to " + usd(cost.getAsLong()) + " USD";
    return Optional.of(
        Failure.of(
                Kind.INVALID,
                "The request was not sent, because "
                    + why
                    + " and x-potluck-max-cost allows "
                    + usd(call.maxCostMicros())
                    + ". Lower max_tokens or raise the bound.")
            .code("max_cost_exceeded"));
  }

  private static String usd(long micros) {
    return BigDecimal.valueOf(micros, 6).toPlainString();
  }
}
