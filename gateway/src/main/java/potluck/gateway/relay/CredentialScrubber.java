package potluck.gateway.relay;

import potluck.dialect.model.Failure;
import potluck.gateway.account.Secret;

/**
 * Removes an account's credential from the error messages of its upstream, in every encoding.
 * Stateless.
 */
final class CredentialScrubber {
  private static final int MAX_MESSAGE_CHARS = 4000;

  private CredentialScrubber() {}

  static Failure scrub(Failure failure, Secret secret) {
    String text = failure.message();
    for (String form : CredentialMask.encodings(secret)) {
      text = text.replace(form, "***");
    }
    return failure.message(
        text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS));
  }
}
