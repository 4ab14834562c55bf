package potluck.gateway.provider;

import potluck.dialect.model.Failure;
import potluck.gateway.account.Standing;

/**
 * What an upstream's reply means for the request and for the account. Decided by a provider only.
 */
public sealed interface Verdict {
  /** The caller has its answer. */
  record Served() implements Verdict {}

  /** Another account would say the same: the request itself is wrong. No fault of the account. */
  record CallerFault(Failure failure) implements Verdict {}

  /**
   * This account cannot serve it now.
   *
   * @param standing how the account stands from now on
   */
  record TryAnother(Failure failure, Standing standing) implements Verdict {}

  /** The caller went away: nobody's fault. */
  record Gone() implements Verdict {}
}
