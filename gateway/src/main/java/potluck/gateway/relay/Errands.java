package potluck.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Skimming;
import potluck.dialect.Target;
import potluck.dialect.exchange.Exchange;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Refused;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;

/**
 * What is passed through and never translated: embeddings, images, audio, rerank, moderations and
 * the old completions. JSON goes the verbatim way of its dialect, for the sake of its usage;
 * everything else passes as it is.
 */
final class Errands {
  private Errands() {}

  static Ask skim(Call call) {
    if (json(call)) {
      Members members = Skimming.check(call.body());
      String model = members.text("model");
      if (model == null && call.model() != null) {
        model = call.model();
      }
      if (model == null) {
        throw missing();
      }
      Span options = members.find("stream_options");
      boolean usage =
          options != null
              && options.text(call.body()).replaceAll("\\s", "").contains("include_usage\":true");
      return new Ask(
          call.body(),
          model,
          streams(call) && Skimming.stream(call.body(), members),
          usage,
          OptionalLong.empty(),
          null);
    }
    Span model = formField(call.body());
    if (model == null) {
      throw missing();
    }
    return new Ask(call.body(), model.text(call.body()), false, true, OptionalLong.empty(), null);
  }

  static Exchange exchange(Call call, Ask ask, Target target) {
    if (json(call) && !raw(call)) {
      return new Exchange(
          target.dialect().forward(ask, target),
          target.dialect().passage(ask, target),
          new Losses());
    }
    return new Exchange(renamed(call, ask, target), new RawPassage(), new Losses());
  }

  /**
   * Whether {@code stream} makes a stream of this dialect. Embeddings and the like have none: a
   * server that knows no better ignores the wish, and its whole answer must not count as a stream
   * that broke off, which would send its account to rest.
   */
  private static boolean streams(Call call) {
    return call.errand() == null || call.errand().path().equals("/completions");
  }

  /** Voices, and pictures that come bit by bit, in events of their own or at once after all. */
  private static boolean raw(Call call) {
    if (call.errand() == null) {
      return false;
    }
    String path = call.errand().path();
    return path.startsWith("/audio/")
        || (path.startsWith("/images/") && Skimming.check(call.body()).isTrue("stream"));
  }

  private static byte[] renamed(Call call, Ask ask, Target target) {
    if (ask.model().equals(target.model())) {
      return call.body();
    }
    if (json(call)) {
      return Skimming.renamed(ask, target).bytes();
    }
    Span model = formField(call.body());
    return model == null
        ? call.body()
        : new Splice(call.body()).replace(model, target.model()).bytes();
  }

  private static boolean json(Call call) {
    return call.errand() == null || call.errand().contentType().startsWith("application/json");
  }

  /** Where the field {@code model} of a multipart form stands, as RFC 7578 writes it. */
  private static @Nullable Span formField(byte[] body) {
    String form = new String(body, StandardCharsets.ISO_8859_1);
    int name = form.indexOf("name=\"model\"");
    int start = name < 0 ? -1 : form.indexOf("\r\n\r\n", name);
    int end = start < 0 ? -1 : form.indexOf("\r\n", start + 4);
    return end < 0 ? null : new Span(start + 4, end);
  }

  private static Refused missing() {
    return new Refused(
        Failure.of(Kind.INVALID, "you must provide a model parameter").param("model"));
  }
}
