package potluck.dialect.openai;

import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.Written;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Refused;
import potluck.dialect.wire.Bytes;
import potluck.dialect.wire.Malformed;
import potluck.dialect.wire.Scan;
import potluck.dialect.wire.Splice;
import potluck.dialect.wire.Strings;

/** OpenAI's chat completions, https://platform.openai.com/docs/api-reference/chat. */
public final class OpenAi implements Dialect {
  private static final int DEPTH = 128;
  private static final byte[] ASK_USAGE = Bytes.of("\"stream_options\":{\"include_usage\":true}");
  private static final byte[] USAGE_ASKED = Bytes.of("{\"include_usage\":true}");

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/chat/completions";
  }

  @Override
  public Ask skim(byte[] body) {
    try {
      Scan scan = Scan.object(body, DEPTH);
      String model =
          scan.text("model")
              .orElseThrow(
                  () ->
                      new Refused(
                          Failure.of(Failure.Kind.INVALID, "you must provide a model parameter")
                              .param("model")));
      return new Ask(
          body,
          model,
          truth(scan, "stream"),
          usageWanted(scan),
          maxTokens(scan),
          scan.text("prompt_cache_key").orElse(scan.text("user").orElse(null)));
    } catch (Malformed e) {
      throw new Refused(
          Failure.Kind.INVALID,
          "We could not parse the JSON body of your request: " + e.getMessage() + ".");
    }
  }

  private static boolean truth(Scan scan, String name) {
    return scan.find(name)
        .map(
            field ->
                switch (scan.raw(field)) {
                  case "true" -> true;
                  case "false", "null" -> false;
                  default ->
                      throw new Refused(
                          Failure.of(Failure.Kind.INVALID, name + " must be true or false")
                              .param(name));
                })
        .orElse(false);
  }

  private static boolean usageWanted(Scan scan) {
    return scan.find("stream_options")
        .map(field -> scan.raw(field).replaceAll("\\s", "").contains("\"include_usage\":true"))
        .orElse(false);
  }

  private static OptionalLong maxTokens(Scan scan) {
    return scan.find("max_completion_tokens")
        .or(() -> scan.find("max_tokens"))
        .map(scan::raw)
        .filter(raw -> raw.matches("[0-9]{1,15}"))
        .map(raw -> OptionalLong.of(Long.parseLong(raw)))
        .orElse(OptionalLong.empty());
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    boolean rename = !ask.model().equals(target.model());
    boolean askUsage =
        ask.stream() && !ask.usageWanted() && !target.quirks().contains("no-stream-options");
    if (!rename && !askUsage) {
      return ask.body();
    }
    Scan scan = Scan.object(ask.body(), DEPTH);
    Splice splice = new Splice(ask.body());
    if (rename) {
      scan.find("model")
          .ifPresent(
              field -> splice.replace(field.start(), field.end(), Strings.quote(target.model())));
    }
    if (askUsage) {
      scan.find("stream_options")
          .ifPresentOrElse(
              field -> splice.replace(field.start(), field.end(), USAGE_ASKED),
              () -> splice.insert(scan.close(), comma(ASK_USAGE)));
    }
    return splice.bytes();
  }

  private static byte[] comma(byte[] field) {
    byte[] with = new byte[field.length + 1];
    with[0] = ',';
    System.arraycopy(field, 0, with, 1, field.length);
    return with;
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    @Nullable String alias = ask.model().equals(target.model()) ? null : ask.model();
    return ask.stream() ? new StreamPassage(!ask.usageWanted(), alias) : new WholePassage(alias);
  }

  @Override
  public Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return Failures.read(status, header, body);
  }

  @Override
  public Written writeFailure(Failure failure, String requestId) {
    return Failures.write(failure);
  }

  @Override
  public byte[] writeBreak(Failure failure, String requestId) {
    return Failures.event(failure);
  }
}
