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
 * Checks the maximum cost that a caller accepts against the account that would serve: the account
 * may have its own price, and an alias or fallback may change the model. Thread-safe.
 */
public final class MaxCostCheck {
  /** Length of the answer to assume if the caller sets no maximum, in tokens. */
  private static final long DEFAULT_MAX_TOKENS = 8192;

  private final Tariff tariff;

  MaxCostCheck(Tariff tariff) {
    this.tariff = tariff;
  }

  /** The longest answer to assume, in tokens. */
  public static long maxOutputTokens(Ask ask) {
    return ask.maxTokens().orElse(DEFAULT_MAX_TOKENS);
  }

  /**
   * Checks the worst case: no input token is cached, and the answer has its maximum length.
   *
   * @param model the provider's name of the model
   * @param publicModel the name that callers use
   * @param account the account's id
   * @return the failure if the request may cost too much; empty if it may be sent
   */
  Optional<Failure> check(
      Call call, Ask ask, String model, String publicModel, String account, Instant at) {
    if (call.maxCostMicros() == null) {
      return Optional.empty();
    }
    TokenUsage worst = new TokenUsage(call.body().length / 3, 0, 0, maxOutputTokens(ask), 0);
    OptionalLong cost = tariff.cost(worst, model, publicModel, account, at);
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
                    + ". Lower max_tokens or raise the maximum.")
            .code("max_cost_exceeded"));
  }

  private static String usd(long micros) {
    return BigDecimal.valueOf(micros, 6).toPlainString();
  }
}
