package potluck.dialect;

import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Refused;

/**
 * One request and the way of its answer, for a caller's dialect and an upstream's. It is the one
 * thing that a relay asks of dialects.
 *
 * @param body what to send upstream
 * @param passage what the answer passes through
 * @param losses what the upstream's dialect cannot say
 */
public record Exchange(byte[] body, Passage passage, Losses losses) {

  /**
   * @throws Refused (INVALID) where the request cannot be said in the upstream's dialect at all
   */
  public static Exchange between(Dialect client, Ask ask, Target target, Options options) {
    if (client.name().equals(target.dialect().name())) {
      return new Exchange(client.forward(ask, target), client.passage(ask, target), new Losses());
    }
    throw new Refused(
        Failure.Kind.INVALID,
        "The model '"
            + ask.model()
            + "' is served in the dialect '"
            + target.dialect().name()
            + "' only; call its endpoint.");
  }
}
