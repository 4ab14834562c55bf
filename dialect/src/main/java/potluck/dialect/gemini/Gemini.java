package potluck.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.Options;
import potluck.dialect.Passage;
import potluck.dialect.Skimming;
import potluck.dialect.Target;
import potluck.dialect.Written;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Seal;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Names;
import potluck.dialect.verbatim.StreamPassage;
import potluck.dialect.verbatim.WholePassage;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Tree;

/** Google's Gemini: the address names the model, and says whether a stream is wanted. */
public final class Gemini implements Dialect {
  @Override
  public String name() {
    return "gemini";
  }

  /** The model is "" and stream false: see {@link Ask#at} and {@link Ask#asArray}. */
  @Override
  public Ask skim(byte[] body) {
    Members members = Skimming.check(body);
    Span config = either(members, "generationConfig", "generation_config");
    OptionalLong most = Skimming.count(body, Peek.find(body, config, "maxOutputTokens"));
    if (most.isEmpty()) {
      most = Skimming.count(body, Peek.find(body, config, "max_output_tokens"));
    }
    Span system = either(members, "systemInstruction", "system_instruction");
    String affinity = Skimming.prefix(body, system, members.firstTwo("contents"));
    return new Ask(body, "", false, true, most, affinity);
  }

  private static @Nullable Span either(Members members, String camel, String snake) {
    Span span = members.find(camel);
    return span == null ? members.find(snake) : span;
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/v1beta/models/"
        + encoded(target)
        + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
  }

  private static String encoded(Target target) {
    String model = target.model();
    String name = model.startsWith("models/") ? model.substring("models/".length()) : model;
    return URLEncoder.encode(name, UTF_8).replace("+", "%20");
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    byte[] body = ask.body();
    return Seal.packedIn(body) ? Contents.ownSealsOnly(body) : body;
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    String alias = ask.model().equals(target.model()) ? null : ask.model();
    GeminiWatch watch = new GeminiWatch();
    if (!ask.stream()) {
      return new WholePassage(watch, alias);
    }
    Passage stream = new StreamPassage(watch, alias);
    return ask.array() ? new ArrayPassage(stream) : stream;
  }

  @Override
  public Prompt read(Ask ask, Losses losses) {
    return new PromptReader(Tree.read(ask.body()), losses).read();
  }

  @Override
  public byte[] write(
      Prompt prompt, Ask ask, Target target, Options options, Names names, Losses losses) {
    return Tree.bytes(new PromptWriter(prompt, target, names, losses).write(options.seals()));
  }

  @Override
  public String countPath(Target target) {
    return "/v1beta/models/" + encoded(target) + ":countTokens";
  }

  @Override
  public EventReader reader() {
    return new AnswerReader();
  }

  @Override
  public EventWriter writer(Ask ask, Prompt prompt, Options options) {
    return new AnswerWriter(ask);
  }

  @Override
  public Passage wrap(Ask ask, Passage passage) {
    return ask.array() && ask.stream() ? new ArrayPassage(passage) : passage;
  }

  @Override
  public Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return Failures.read(status, header, body);
  }

  @Override
  public Written writeCount(long tokens) {
    return Written.json(Tree.object().put("totalTokens", tokens));
  }

  @Override
  public Written writeFailure(Failure failure, String requestId) {
    return Failures.write(failure, requestId);
  }

  @Override
  public byte[] writeBreak(Ask ask, Failure failure, String requestId) {
    return Failures.writeBreak(failure, ask.array());
  }
}
