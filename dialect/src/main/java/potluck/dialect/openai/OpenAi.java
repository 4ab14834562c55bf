package potluck.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.dialect.OpenAiErrorObject;
import potluck.dialect.OpenAiRateLimitHeaders;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.RateLimit;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.verbatim.CompletePassage;
import potluck.dialect.verbatim.StreamPassage;
import potluck.dialect.wire.JsonTree;

/**
 * OpenAI's chat completions, which most other servers imitate with deviations.
 */
public final class OpenAi implements Dialect {
  @Override
  public String name() {
    return "openai";
  }

  @Override
  public Ask scan(byte[] body) {
    return ChatRequest.scan(body);
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/chat/completions";
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    return ChatRequest.forward(ask, target);
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    String alias = ask.model().equals(target.model()) ? null : ask.model();
    OpenAiFrameClassifier watch = new OpenAiFrameClassifier(ask.usageWanted());
    return ask.stream() ? new StreamPassage(watch, alias) : new CompletePassage(watch, alias);
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
    return JsonTree.bytes(new PromptWriter(prompt, target, names, losses).write(ask));
  }

  @Override
  public EventReader reader() {
    return new AnswerReader();
  }

  @Override
  public EventWriter writer(Ask ask, Prompt prompt, TranslationOptions options) {
    return new AnswerWriter(ask, options.createdSeconds());
  }

  @Override
  public Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return OpenAiErrorObject.read(status, header, body);
  }

  @Override
  public List<RateLimit> readRateLimits(UnaryOperator<@Nullable String> header, Instant now) {
    return OpenAiRateLimitHeaders.read(header, now);
  }

  @Override
  public Map<String, String> writeRateLimits(List<RateLimit> limits, Instant now) {
    return OpenAiRateLimitHeaders.write(limits, now);
  }

  /**
   * Chat completions has no token-count endpoint, so the answer has the form of the responses dialect.
   */
  @Override
  public DialectResponse writeTokenCount(long tokens) {
    return DialectResponse.json(JsonTree.object().put("input_tokens", tokens));
  }

  @Override
  public DialectResponse writeFailure(Failure failure, String requestId) {
    return OpenAiErrorObject.write(failure, requestId);
  }

  @Override
  public byte[] keepAlive() {
    return ": ping\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] writeStreamError(Ask ask, Failure failure, String requestId) {
    return ("data: " + JsonTree.text(OpenAiErrorObject.toJson(failure)) + "\n\n").getBytes(UTF_8);
  }
}
