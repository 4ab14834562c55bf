package potluck.gateway.provider;

import potluck.gateway.provider.Verdict.CallerFault;
import potluck.gateway.provider.Verdict.TryAnother;

/** Thrown where an account has no credential to send a request with. Control flow. */
public final class NoCredential extends Exception {
  private final transient Verdict verdict;

  public NoCredential(TryAnother verdict) {
    super(verdict.failure().message(), null, false, false);
    this.verdict = verdict;
  }

  /** Another account would have none either. */
  public NoCredential(CallerFault verdict) {
    super(verdict.failure().message(), null, false, false);
    this.verdict = verdict;
  }

  /** What it means for the account and for the request. */
  public Verdict verdict() {
    return verdict;
  }
}
