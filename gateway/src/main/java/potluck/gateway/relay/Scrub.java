package potluck.gateway.relay;

import potluck.dialect.model.Failure;
import potluck.gateway.account.Secret;

/** Takes an upstream's own credential out of what the upstream says, however it is written. */
final class Scrub {
  private static final int MOST_CHARS = 4000;

  private Scrub() {}

  static Failure credential(Failure failure, Secret secret) {
    String text = failure.message();
    for (String form : Mask.forms(secret)) {
      text = text.replace(form, "***");
    }
    return failure.message(text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS));
  }
}
