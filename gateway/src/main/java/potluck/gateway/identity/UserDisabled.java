package potluck.gateway.identity;

/** The user is known and may do nothing. Control flow, so without a stack trace. */
public final class UserDisabled extends RuntimeException {
  public UserDisabled() {
    super("the user is disabled", null, false, false);
  }
}
