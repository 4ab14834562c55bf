package potluck.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import potluck.dialect.DialectResponse;
import potluck.dialect.OpenAiErrorObject;
import potluck.dialect.OpenAiFamilyDialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.verbatim.PassThrough;
import potluck.dialect.wire.JsonTree;

/** OpenAI's chat completions, which most other servers imitate with deviations. */
public final class OpenAi extends OpenAiFamilyDialect {
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
    return PassThrough.passage(new OpenAiFrameClassifier(ask.usageWanted()), ask, target);
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

  /**
   * Chat completions has no token-count endpoint, so the answer has the form of the responses
   * dialect.
   */
  @Override
  public DialectResponse writeTokenCount(long tokens) {
    return DialectResponse.json(JsonTree.object().put("input_tokens", tokens));
  }

  @Override
  public byte[] writeStreamError(Ask ask, Failure failure, String requestId) {
    return ("data: " + JsonTree.text(OpenAiErrorObject.toJson(failure)) + "\n\n").getBytes(UTF_8);
  }
}
