package potluck.dialect;

import java.util.function.ToLongFunction;
import potluck.dialect.model.Prompt;

/**
 * What the house wants of a translation, beyond what the request says. Immutable.
 *
 * @param strict whether a request that cannot be carried whole is refused instead
 * @param maxTokens the bound on an answer where the upstream demands one and the caller gave none,
 *     in tokens
 * @param whole whether a stream to an Anthropic client is held back until its usage is known
 * @param seals where seals are kept for clients that drop them
 * @param now when the answer is made, in seconds since 1970
 * @param early how many input tokens a stream shall begin with where the upstream has not said; it
 *     may wait for somebody who knows
 */
public record Options(
    boolean strict,
    int maxTokens,
    boolean whole,
    Keepsakes seals,
    long now,
    ToLongFunction<Prompt> early) {
  public static final Options DEFAULT =
      new Options(false, 8192, false, Keepsakes.NONE, 0, Prompt::roughly);

  /** The same, with a stream held back or not. */
  public Options whole(boolean held) {
    return new Options(strict, maxTokens, held, seals, now, early);
  }
}
