package potluck.gateway.login;

/**
 * Thrown where another house's word is missing or not to be believed. Its message is for people.
 */
public final class LoginFailed extends Exception {
  public LoginFailed(String message) {
    super(message, null, false, false);
  }
}
