package potluck.gateway.meter;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.decision.Decision;

/**
 * The final count of a request; journaled before its last byte is sent. It is not a price.
 * Immutable.
 *
 * @param status the HTTP status that the caller received
 * @param complete whether the answer was complete
 * @param estimated whether the tokens are an estimate instead of the provider's count
 * @param disputed the counts of the upstream, if they were not believed; null otherwise
 * @param error what went wrong, at most 2,000 characters; null if nothing did
 * @param account the id of the account that served or was tried last; null if there was none
 * @param shared whether that account is shared
 * @param charge the cost and the quota it takes
 * @param firstByteMs milliseconds to the first byte of the answer; -1 if there was none
 * @param durationMs milliseconds in total
 * @param decision the accounts that the pool considered
 */
public record Reading(
    int status,
    boolean complete,
    boolean estimated,
    TokenUsage tokens,
    @Nullable TokenUsage disputed,
    @Nullable String error,
    @Nullable String account,
    boolean shared,
    Charge charge,
    long firstByteMs,
    long durationMs,
    List<Attempt> attempts,
    Decision decision) {

  /** A reading of a request for which no decision was recorded, with counts that are believed. */
  public Reading(
      int status,
      boolean complete,
      boolean estimated,
      TokenUsage tokens,
      @Nullable String error,
      @Nullable String account,
      boolean shared,
      Charge charge,
      long firstByteMs,
      long durationMs,
      List<Attempt> attempts) {
    this(
        status,
        complete,
        estimated,
        tokens,
        null,
        error,
        account,
        shared,
        charge,
        firstByteMs,
        durationMs,
        attempts,
        Decision.EMPTY);
  }

  /** The reading of a request whose process was killed. */
  static final Reading INTERRUPTED =
      new Reading(
          503,
          false,
          true,
          TokenUsage.NONE,
          "the program stopped during the request",
          null,
          false,
          Charge.NONE,
          -1,
          0,
          List.of());
}
