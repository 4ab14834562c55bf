package potluck.gateway.provider;

import potluck.gateway.provider.Verdict.CallerFault;
import potluck.gateway.provider.Verdict.TryAnother;

/**
 * Thrown if an account has no credential to send a request with. Used for control flow, so it has
 * no stack trace.
 */
public final class NoCredential extends Exception {
  private final transient Verdict verdict;

  public NoCredential(TryAnother verdict) {
    super(verdict.failure().message(), null, false, false);
    this.verdict = verdict;
  }

  /** No other account would have a credential either. */
  public NoCredential(CallerFault verdict) {
    super(verdict.failure().message(), null, false, false);
    this.verdict = verdict;
  }

  /** What it means for the account and for the request. */
  public Verdict verdict() {
    return verdict;
  }
}
