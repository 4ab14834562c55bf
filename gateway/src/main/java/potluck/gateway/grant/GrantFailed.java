package potluck.gateway.grant;

/** Thrown where a provider gives no token. Its message is for people and holds no secret. */
public final class GrantFailed extends Exception {
  private final boolean needsConsent;

  GrantFailed(boolean over, String message) {
    super(message, null, false, false);
    this.needsConsent = over;
  }

  /** Whether the consent is over: people must give it anew, and trying again is of no use. */
  public boolean needsConsent() {
    return needsConsent;
  }
}
