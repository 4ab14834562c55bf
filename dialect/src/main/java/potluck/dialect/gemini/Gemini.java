package potluck.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.dialect.Passage;
import potluck.dialect.RequestScan;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.verbatim.PassThrough;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;

/** Google's Gemini. The URL names the model and says whether the answer is a stream. */
public final class Gemini implements Dialect {
  @Override
  public String name() {
    return "gemini";
  }

  /**
   * The model is empty and the stream flag false, because the URL has them: see {@link
   * Ask#withModel} and {@link Ask#asJsonArray}.
   */
  @Override
  public Ask scan(byte[] body) {
    Members members = RequestScan.check(body);
    Span config = camelOrSnake(members, "generationConfig", "generation_config");
    OptionalLong maxTokens =
        RequestScan.parseCount(body, JsonScanner.find(body, config, "maxOutputTokens"));
    if (maxTokens.isEmpty()) {
      maxTokens = RequestScan.parseCount(body, JsonScanner.find(body, config, "max_output_tokens"));
    }
    Span system = camelOrSnake(members, "systemInstruction", "system_instruction");
    String affinity = RequestScan.prefixAffinity(body, system, members.firstTwo("contents"));
    return new Ask(body, "", false, true, maxTokens, affinity);
  }

  private static @Nullable Span camelOrSnake(Members members, String camel, String snake) {
    Span span = members.find(camel);
    return span == null ? members.find(snake) : span;
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/v1beta/models/"
        + encodedModel(target)
        + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
  }

  private static String encodedModel(Target target) {
    String model = target.model();
    String name = model.startsWith("models/") ? model.substring("models/".length()) : model;
    return URLEncoder.encode(name, UTF_8).replace("+", "%20");
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    byte[] body = ask.body();
    return ThoughtSignature.containsPacked(body) ? ContentWriter.dropForeignSignatures(body) : body;
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    return adaptFraming(ask, PassThrough.passage(new GeminiFrameClassifier(), ask, target));
  }

  @Override
  public Prompt readPrompt(Ask ask, Losses losses) {
    return new PromptReader(JsonTree.read(ask.body()), losses).read();
  }

  @Override
  public byte[] writePrompt(
      Prompt prompt,
      Ask ask,
      Target target,
      TranslationOptions options,
      ToolNames names,
      Losses losses) {
    return JsonTree.bytes(
        new PromptWriter(prompt, target, names, losses).write(options.signatures()));
  }

  @Override
  public String countPath(Target target) {
    return "/v1beta/models/" + encodedModel(target) + ":countTokens";
  }

  @Override
  public EventReader reader() {
    return new AnswerReader();
  }

  @Override
  public EventWriter writer(Ask ask, Prompt prompt, TranslationOptions options) {
    return new AnswerWriter(ask);
  }

  @Override
  public Passage adaptFraming(Ask ask, Passage passage) {
    return ask.jsonArray() && ask.stream() ? new JsonArrayPassage(passage) : passage;
  }

  @Override
  public Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return ErrorCodec.read(status, header, body);
  }

  @Override
  public DialectResponse writeTokenCount(long tokens) {
    return DialectResponse.json(JsonTree.object().put("totalTokens", tokens));
  }

  @Override
  public DialectResponse writeFailure(Failure failure, String requestId) {
    return ErrorCodec.write(failure, requestId);
  }

  @Override
  public byte[] writeStreamError(Ask ask, Failure failure, String requestId) {
    return ErrorCodec.writeStreamError(failure, ask.jsonArray());
  }
}
