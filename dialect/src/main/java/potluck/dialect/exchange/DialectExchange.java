package potluck.dialect.exchange;

import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.translate.BufferedEventWriter;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;

/**
 * What one attempt needs from the dialects: the request to send to the upstream, and the passage
 * for its answer.
 *
 * @param body request body in the upstream's dialect
 * @param passage for the answer
 * @param losses fields that the body could not carry; empty if client and upstream speak the same
 *     dialect
 */
public record DialectExchange(byte[] body, Passage passage, Losses losses) {

  /**
   * Passes the request through if client and upstream speak the same dialect, else translates it.
   *
   * @throws FailureException (INVALID) if the request cannot be translated, or, with {@link
   *     TranslationOptions#strict()}, not completely
   */
  public static DialectExchange between(
      Dialect client, Ask ask, Target target, TranslationOptions options) {
    if (client.name().equals(target.dialect().name())) {
      return new DialectExchange(
          client.forward(ask, target), client.passage(ask, target), new Losses());
    }
    Losses losses = new Losses();
    Prompt prompt = client.readPrompt(ask, losses);
    ToolNames names = new ToolNames();
    byte[] body = target.dialect().writePrompt(prompt, ask, target, options, names, losses);
    if (options.strict() && !losses.isEmpty()) {
      throw new FailureException(
          Failure.Kind.INVALID,
          "The model " + ask.model() + " cannot receive: " + losses.headerValue() + ".");
    }
    EventWriter plain = client.writer(ask, prompt, options);
    EventWriter writer = options.bufferStream() ? new BufferedEventWriter(plain) : plain;
    Passage passage =
        new TranslatingPassage(
            ask.stream(), target.dialect().reader(), writer, names, options.signatures());
    return new DialectExchange(body, client.adaptFraming(ask, passage), losses);
  }
}
