package potluck.dialect.exchange;

import potluck.dialect.Dialect;
import potluck.dialect.Options;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Refused;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Names;
import potluck.dialect.translate.Withheld;

/**
 * One attempt, as far as languages go: what to send upstream, and how the answer comes back.
 *
 * @param body for the upstream, in its dialect
 * @param passage for its answer
 * @param losses what the body could not carry; empty where client and upstream speak one dialect
 */
public record Exchange(byte[] body, Passage passage, Losses losses) {

  /**
   * The one place that decides between passing through and translating.
   *
   * @throws Refused where the request means nothing to the upstream, or, with {@link
   *     Options#strict()}, not everything
   */
  public static Exchange between(Dialect client, Ask ask, Target target, Options options) {
    if (client.name().equals(target.dialect().name())) {
      return new Exchange(client.forward(ask, target), client.passage(ask, target), new Losses());
    }
    Losses losses = new Losses();
    Prompt prompt = client.read(ask, losses);
    Names names = new Names();
    byte[] body = target.dialect().write(prompt, ask, target, options, names, losses);
    if (options.strict() && !losses.isEmpty()) {
      throw new Refused(
          Failure.Kind.INVALID,
          "The model " + ask.model() + " cannot be given: " + losses.header() + ".");
    }
    EventWriter plain = client.writer(ask, prompt, options);
    EventWriter writer = options.whole() ? new Withheld(plain) : plain;
    Passage passage =
        new TranslatingPassage(
            ask.stream(), target.dialect().reader(), writer, names, options.seals());
    return new Exchange(body, client.wrap(ask, passage), losses);
  }
}
