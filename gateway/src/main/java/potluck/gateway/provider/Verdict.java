package potluck.gateway.provider;

import potluck.dialect.model.Failure;
import potluck.gateway.account.Standing;

/** What a response means for the request and for the account. Only a provider decides it. */
public sealed interface Verdict {
  /** The caller has its answer. */
  record Served() implements Verdict {}

  /**
   * The request itself is wrong, so another account would give the same answer. The account is not
   * to blame.
   */
  record CallerFault(Failure failure) implements Verdict {}

  /**
   * This account cannot serve the request now.
   *
   * @param standing the new standing of the account
   */
  record TryAnother(Failure failure, Standing standing) implements Verdict {
    /** The kind of evidence against the account. */
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

  /** Kinds of evidence against an account. */
  enum Evidence {
    /** The provider says that a limit is reached. That is true of the account for every caller. */
    LIMIT,
    /** The provider refused the credential, perhaps for this request only. */
    CREDENTIAL,
    /** The provider failed or did not answer, perhaps because of this request. */
    FAULT
  }

  /** The caller went away; nobody is to blame. */
  record Gone() implements Verdict {}
}
