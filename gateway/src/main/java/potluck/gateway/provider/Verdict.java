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
  record TryAnother(Failure failure, Standing standing) implements Verdict {
    /** What kind of evidence it is. */
    public Evidence evidence() {
      int status = failure.upstreamStatus();
      if (status == 401 || status == 403) {
        return Evidence.CREDENTIAL;
      }
      return switch (failure.kind()) {
        case RATE_LIMITED, QUOTA_EXHAUSTED -> Evidence.LIMIT;
        default -> standing instanceof Standing.Spent ? Evidence.LIMIT : Evidence.FAULT;
      };
    }
  }

  /** What speaks against an account. */
  enum Evidence {
    /** Its provider says that it has had enough: true of the account, whoever asked. */
    LIMIT,
    /** Its credential was refused: perhaps for this request only. */
    CREDENTIAL,
    /** It failed or was silent: perhaps because of this request. */
    FAULT
  }

  /** The caller went away: nobody's fault. */
  record Gone() implements Verdict {}
}
