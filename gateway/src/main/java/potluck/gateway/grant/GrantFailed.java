package potluck.gateway.grant;

/** Thrown if a provider issues no token. The message is shown to users and contains no secret. */
public final class GrantFailed extends Exception {
  private final boolean needsConsent;

  GrantFailed(boolean needsConsent, String message) {
    super(message, null, false, false);
    this.needsConsent = needsConsent;
  }

  /** Whether the consent has ended: the user must consent again, and retrying does not help. */
  public boolean needsConsent() {
    return needsConsent;
  }
}
