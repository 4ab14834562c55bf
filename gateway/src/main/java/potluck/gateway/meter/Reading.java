package potluck.gateway.meter;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;

/**
 * The final count of a request: journaled before its last byte leaves. It is not a price.
 * Immutable.
 *
 * @param status the status that the caller was given
 * @param complete whether the answer came to its proper end
 * @param estimated whether the tokens are our count and not the provider's
 * @param error what went wrong, at most 2,000 characters
 * @param account the account that served or was tried last, where there was one
 * @param shared whether that account is a shared one
 * @param charge what it costs
 * @param firstByteMs milliseconds to the first byte of the answer; -1 where there was none
 * @param durationMs milliseconds in all
 */
public record Reading(
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

  /** What is known of a request whose program died in the middle. */
  static final Reading INTERRUPTED =
      new Reading(
          503,
          false,
          true,
          TokenUsage.NONE,
          "the program was stopped in the middle",
          null,
          false,
          Charge.NONE,
          -1,
          0,
          List.of());
}
