package potluck.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.RequestScan;
import potluck.dialect.Target;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.Losses;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;

/**
 * Requests that are passed through and never translated: embeddings, images, audio, rerank,
 * moderations and the old completions. JSON uses the verbatim passage of its dialect, so that its
 * usage is counted; everything else passes unchanged. Stateless.
 */
final class PassthroughEndpoints {
  private PassthroughEndpoints() {}

  static Ask skim(Call call) {
    if (isJson(call)) {
      Members members = RequestScan.check(call.body());
      String model = members.string("model");
      if (model == null && call.model() != null) {
        model = call.model();
      }
      if (model == null) {
        throw missingModel();
      }
      Span options = members.find("stream_options");
      boolean usage =
          options != null
              && options.text(call.body()).replaceAll("\\s", "").contains("include_usage\":true");
      return new Ask(
          call.body(),
          model,
          maySendStream(call) && RequestScan.stream(call.body(), members),
          usage,
          OptionalLong.empty(),
          null);
    }
    Span model = formField(call.body());
    if (model == null) {
      throw missingModel();
    }
    return new Ask(call.body(), model.text(call.body()), false, true, OptionalLong.empty(), null);
  }

  static DialectExchange exchange(Call call, Ask ask, Target target) {
    if (isJson(call) && !isRaw(call)) {
      return new DialectExchange(
          target.dialect().forward(ask, target),
          target.dialect().passage(ask, target),
          new Losses());
    }
    return new DialectExchange(renamed(call, ask, target), new RawPassage(), new Losses());
  }

  /**
   * Whether {@code stream} makes a stream of this dialect. Embeddings and the like have none:
   * servers that ignore the field return a complete answer, which must not count as a truncated
   * stream, because that would put the account into cooldown.
   */
  private static boolean maySendStream(Call call) {
    return call.passthrough() == null || call.passthrough().path().equals("/completions");
  }

  /** Audio, and images that are streamed: their events are not those of the dialect. */
  private static boolean isRaw(Call call) {
    if (call.passthrough() == null) {
      return false;
    }
    String path = call.passthrough().path();
    return path.startsWith("/audio/")
        || (path.startsWith("/images/") && RequestScan.check(call.body()).isTrue("stream"));
  }

  private static byte[] renamed(Call call, Ask ask, Target target) {
    if (ask.model().equals(target.model())) {
      return call.body();
    }
    if (isJson(call)) {
      return RequestScan.withModel(ask, target).bytes();
    }
    Span model = formField(call.body());
    return model == null
        ? call.body()
        : new Splice(call.body()).replace(model, target.model()).bytes();
  }

  private static boolean isJson(Call call) {
    return call.passthrough() == null
        || call.passthrough().contentType().startsWith("application/json");
  }

  /** The position of the field {@code model} in a multipart form (RFC 7578). */
  private static @Nullable Span formField(byte[] body) {
    String form = new String(body, StandardCharsets.ISO_8859_1);
    int name = form.indexOf("name=\"model\"");
    int start = name < 0 ? -1 : form.indexOf("\r\n\r\n", name);
    int end = start < 0 ? -1 : form.indexOf("\r\n", start + 4);
    return end < 0 ? null : new Span(start + 4, end);
  }

  private static FailureException missingModel() {
    return new FailureException(
        Failure.of(Kind.INVALID, "you must provide a model parameter").param("model"));
  }
}
