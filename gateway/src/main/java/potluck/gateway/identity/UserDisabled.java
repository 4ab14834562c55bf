package potluck.gateway.identity;

/** Thrown if a known user is disabled. Used for control flow, so it has no stack trace. */
public final class UserDisabled extends RuntimeException {
  public UserDisabled() {
    super("the user is disabled", null, false, false);
  }
}
